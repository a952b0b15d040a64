import type { PeerMessage, WsPeer } from '../../support/ws-peer.js';

/**
 * Everything that came and was not taken yet, once every message sent before was handled: a request is answered in its
 * turn, so its answer proves that nothing earlier is still to come.
 */
export async function settled(peer: WsPeer): Promise<PeerMessage[]> {
  await peer.request('echo');
  return peer.barrier();
}

/** Sends a frame and returns the next message. */
export function answerTo(peer: WsPeer, frame: string): Promise<PeerMessage> {
  peer.sendRaw(frame);
  return peer.next();
}

/** Takes messages up to and including the answer to a request. */
export async function untilAnswered(peer: WsPeer, id: string | number): Promise<PeerMessage[]> {
  const messages: PeerMessage[] = [];
  for (;;) {
    const message = await peer.next();
    messages.push(message);
    const isAnswer = message.event === 'ack' || message.event === 'error';
    if (isAnswer && message.id === id) return messages;
  }
}
