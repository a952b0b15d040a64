import type { FramePeer } from '../../support/frame-peer.js';

/** A frame of one of the JSON formats of the appendices. */
export type JsonFrame = Readonly<Record<string, unknown>>;

/** Sends one frame and returns the next one that is no sender's: clients of these formats get all of those unasked. */
export async function answerTo(peer: FramePeer, frame: unknown): Promise<unknown> {
  peer.send(frame);
  return peer.next((received) => !isSenders(received as JsonFrame));
}

/** Whether a frame, in whatever format, is one of the timed senders of the reference server. */
export function isSenders({ op, event, type, data }: JsonFrame): boolean {
  if (type === 'data') return isCount(data);
  return ['clock', 'fast'].some((name) => name === (op ?? event));
}

function isCount(data: unknown): boolean {
  return typeof data === 'object' && data !== null && Object.keys(data).join() === 'n';
}
