import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect } from 'vitest';
import { FramePeer } from '../../support/frame-peer.js';
import { type PeerMessage, type PeerOptions, WsPeer } from '../../support/ws-peer.js';
import { findServers, type Servers } from './servers.js';
import { TokenWatch } from './token-watch.js';

/** The server under test, or several that are one application, and connections to it. */
export class Target {
  readonly #tokens = new TokenWatch();
  readonly #peers: (WsPeer | FramePeer)[] = [];
  readonly #speakers: WsPeer[] = [];
  #servers: Servers | undefined;
  #nodes: readonly URL[] = [];
  #turn = 0;

  /** The addresses of the endpoint: one for each server process. */
  get nodes(): readonly URL[] {
    if (this.#servers === undefined) throw new Error('The target is there only while tests run');
    return this.#nodes;
  }

  /** The address of the next node in turn: two that are asked for one after the other are of two nodes, if there are two. */
  get url(): URL {
    const { nodes } = this;
    return nodes[this.#turn++ % nodes.length]!;
  }

  /** The Redis of the servers, if the tests have started them and they have one. */
  get redisUrl(): string | undefined {
    return this.#servers?.deployment?.redisUrl;
  }

  /** Opens a connection to the next node, or to the one that is named; it is closed after the file's last test. */
  async connect({
    node = this.url,
    ...options
  }: PeerOptions & { readonly node?: URL } = {}): Promise<WsPeer> {
    return this.#keep(await WsPeer.connect(node, options));
  }

  /** Opens a connection to another endpoint, or with another subprotocol. It is closed likewise. */
  async open(path: string, protocols?: string[]): Promise<FramePeer> {
    return this.#keep(await FramePeer.connect(new URL(path, this.url).href, protocols));
  }

  /**
   * Everything that came to a connection and was not taken yet, once all that any node has sent it before is there: what
   * comes from a node comes in order, so a last word from each of them proves that nothing earlier is still to come.
   */
  async settled(peer: WsPeer): Promise<PeerMessage[]> {
    for (const node of this.nodes.slice(this.#speakers.length)) {
      this.#speakers.push(await this.connect({ node }));
    }
    const room = `settled-${randomUUID()}`;
    await peer.request('join', { room });
    const lastWord = { text: 'and that was all', channel: room };
    for (const speaker of this.#speakers) speaker.send('announce', lastWord);
    const isLastWord = ({ event, data }: PeerMessage): boolean =>
      event === 'announce' && (data as { channel?: unknown }).channel === room;
    const messages: PeerMessage[] = [];
    for (let words = 0; words < this.#speakers.length;) {
      const message = await peer.next();
      if (isLastWord(message)) words++;
      else messages.push(message);
    }
    await peer.request('leave', { room });
    return messages;
  }

  /** Finds the servers. */
  async begin(processes: number | undefined): Promise<void> {
    this.#servers = await findServers(processes);
    this.#nodes = this.#servers.urls.map((url) => new URL(url));
    await this.#tokens.begin(this.#servers.deployment);
  }

  /** Closes all connections, and sees to it that no token has turned up where it does not belong. */
  async end(): Promise<void> {
    for (const peer of this.#peers) peer.socket.terminate();
    const found = await this.#tokens.end(this.#nodes);
    await this.#servers?.stop();
    expect(found).toEqual([]);
  }

  #keep<TPeer extends WsPeer | FramePeer>(peer: TPeer): TPeer {
    this.#peers.push(peer);
    this.#tokens.listen(peer.socket);
    return peer;
  }
}

/**
 * Gives a test file its servers.
 *
 * @param processes - starts so many of them for this file, in processes of their own on a Redis; by default it gets those of
 *   its project
 */
export function useTarget(processes?: number): Target {
  const target = new Target();
  beforeAll(() => target.begin(processes));
  afterAll(() => target.end());
  return target;
}
