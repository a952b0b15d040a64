import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, inject } from 'vitest';
import { FramePeer } from '../../support/frame-peer.js';
import { type PeerMessage, type PeerOptions, WsPeer } from '../../support/ws-peer.js';
import type { ReferenceServer, ReferenceServerOptions } from '../reference-server.js';
import { TokenWatch } from './token-watch.js';

/** The server under test, or several that are one application, and connections to it. */
export interface Target {
  /** The addresses of the endpoint: one for each server process. */
  readonly nodes: readonly URL[];
  /** The address of the next node in turn: two that are asked for one after the other are of two nodes, if there are two. */
  readonly url: URL;
  /** Opens a connection to the next node, or to the one that is named; it is closed after the file's last test. */
  connect(options?: PeerOptions & { readonly node?: URL }): Promise<WsPeer>;
  /** Opens a connection to another endpoint, or with another subprotocol. It is closed likewise. */
  open(path: string, protocols?: string[]): Promise<FramePeer>;
  /**
   * Everything that came to a connection and was not taken yet, once all that any node has sent it before is there: what
   * comes from a node comes in order, so a last word from each of them proves that nothing earlier is still to come.
   */
  settled(peer: WsPeer): Promise<PeerMessage[]>;
}

/** The addresses of servers that somebody else runs, if the suite was given some. */
const EXTERNAL_URLS = process.env['CONFORMANCE_URL']?.split(',');

/**
 * Gives a test file its server: those at `CONFORMANCE_URL`, else those of the project it runs in, else a reference server of
 * its own. After the last test no token may have turned up where it does not belong.
 */
export function useTarget(): Target {
  const peers: (WsPeer | FramePeer)[] = [];
  const speakers: WsPeer[] = [];
  let server: ReferenceServer | undefined;
  let nodes: readonly URL[] = [];
  let turn = 0;
  const tokens = new TokenWatch(inject('conformance'));
  beforeAll(async () => {
    const deployed = EXTERNAL_URLS ?? inject('conformance')?.urls;
    if (deployed === undefined) server = await startOwnServer();
    nodes = (deployed ?? [server!.url]).map((url) => new URL(url));
    await tokens.begin();
  });
  afterAll(async () => {
    for (const peer of [...peers, ...speakers]) peer.socket.terminate();
    const found = await tokens.end(nodes);
    await server?.close();
    expect(found).toEqual([]);
  });
  const kept = <TPeer extends WsPeer | FramePeer>(peer: TPeer): TPeer => {
    peers.push(peer);
    tokens.listen(peer.socket);
    return peer;
  };
  const target: Target = {
    get nodes() {
      if (nodes.length === 0) throw new Error('The target is there only while tests run');
      return nodes;
    },
    get url() {
      const all = target.nodes;
      return all[turn++ % all.length]!;
    },
    async connect({ node = target.url, ...options } = {}) {
      const peer = await WsPeer.connect(node, options);
      return kept(peer);
    },
    async open(path, protocols) {
      const peer = await FramePeer.connect(new URL(path, target.url).href, protocols);
      return kept(peer);
    },
    async settled(peer) {
      while (speakers.length < nodes.length) {
        speakers.push(await WsPeer.connect(nodes[speakers.length]!));
      }
      return lastWords(peer, speakers);
    },
  };
  return target;
}

/** Starts a reference server without a log, with the engine of the project that the test runs in. */
export async function startOwnServer(
  options: Partial<ReferenceServerOptions> = {},
): Promise<ReferenceServer> {
  // Loaded only where it is needed: another server can be checked without this package being built.
  const { startReferenceServer } = await import('../reference-server.js');
  const redisUrl = inject('conformance')?.redisUrl;
  return startReferenceServer({ port: 0, logger: false, redisUrl, ...options });
}

/** Has every speaker say something to a connection, and takes what comes until the last of them was heard. */
async function lastWords(peer: WsPeer, speakers: readonly WsPeer[]): Promise<PeerMessage[]> {
  const room = `settled-${randomUUID()}`;
  await peer.request('join', { room });
  for (const speaker of speakers) speaker.send('announce', { text: 'the end', channel: room });
  const isLastWord = ({ event, data }: PeerMessage): boolean =>
    event === 'announce' && (data as { channel?: unknown }).channel === room;
  const messages: PeerMessage[] = [];
  let words = 0;
  while (words < speakers.length) {
    const message = await peer.next();
    if (isLastWord(message)) words++;
    else messages.push(message);
  }
  await peer.request('leave', { room });
  return messages;
}
