/** Everything that is compared, us first. */
export const PEERS = ['bounce-ws', 'ws', 'nest-ws', 'nest-socket.io', 'net'] as const;

/** One side of a comparison: the folder of its servers, and its name in every report. */
export type Peer = (typeof PEERS)[number];

/** Us. */
export const OURS: Peer = 'bounce-ws';

/** What takes part in a case: a peer, or bare `ws` whose author encodes a broadcast once and not once a member. */
export type Contestant = Peer | 'ws-once';

/** Where the servers of a contestant are. */
export function peerOf(contestant: Contestant): Peer {
  return contestant === 'ws-once' ? 'ws' : contestant;
}

/** How a peer's clients talk to it. */
export type Protocol = 'json' | 'socket.io';

/** `json`: one JSON object `{ event, data }` a frame. `socket.io`: Engine.IO 4 and Socket.IO 5 frames. */
export function protocolOf(peer: Peer): Protocol {
  return peer === 'nest-socket.io' ? 'socket.io' : 'json';
}
