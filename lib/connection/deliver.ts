import type { BounceSocket } from './bounce-socket.js';
import type { Frames } from './frame-cache.js';
import type { Lossy } from './slow-reader-policy.js';

/** Sends a message to sockets of this node. @throws TypeError when it has no form on the wire */
export function deliver(
  frames: Frames,
  sockets: Iterable<BounceSocket<object>>,
  lossy?: Lossy,
): void {
  for (const socket of sockets) {
    const frame = frames.for(socket.codec);
    if (frame !== undefined) socket.deliverFrame(frame, lossy);
  }
}
