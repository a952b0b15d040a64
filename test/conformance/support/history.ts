import { randomUUID } from 'node:crypto';
import { expect } from 'vitest';
import type { PeerMessage, WsPeer } from '../../support/ws-peer.js';
import type { Target } from './target.js';

/** A message of a room with history. */
export interface NumberedMessage extends PeerMessage {
  readonly room: string;
  readonly offset: number;
}

/** A place in the log of a room. */
export interface Place {
  readonly room: string;
  readonly epoch: string;
  readonly offset: number;
}

/** What `recovery` says. */
export interface Recovery extends Place {
  readonly recovered?: boolean;
}

/** The name of a room with history that nobody has been in. */
export const newRoom = (): string => `history:${randomUUID()}`;

/** So many texts, one like no other. */
export const textsOf = (count: number): string[] =>
  Array.from({ length: count }, (_value, index) => `text ${index}`);

/** What a message says. */
export const textOf = ({ data }: PeerMessage): string => (data as { text: string }).text;

/** The next `recovery`; what comes before it stays queued. */
export async function nextRecovery(peer: WsPeer): Promise<Recovery> {
  return (await peer.next('recovery')).data as Recovery;
}

/** Has a connection enter a room with history. @returns what it is told then */
export async function enter(peer: WsPeer, room: string): Promise<Recovery> {
  await peer.request('join', { room });
  return nextRecovery(peer);
}

/** What is said of a room when everything that was missed follows. */
export const recovered = (place: Place): Recovery => ({ ...place, recovered: true });

/** What a `hello` can have beside the places. */
export interface HelloOptions {
  readonly connection?: string | undefined;
  readonly limit?: number | undefined;
}

/** Opens a connection that says where it stood. */
export async function comeBack(
  target: Target,
  rooms: readonly Place[],
  options: HelloOptions = {},
): Promise<WsPeer> {
  const peer = await target.connect();
  expect(await peer.request('hello', { ...options, rooms })).toMatchObject({ event: 'ack' });
  return peer;
}

/** The name of a connection, by its `hello`. */
export async function nameOf(peer: WsPeer): Promise<string> {
  return ((await peer.request('hello', { rooms: [] })).data as { connection: string }).connection;
}

/** Takes so many messages of rooms with history, in the order in which they came; others stay queued. */
export async function takeNumbered(
  peer: WsPeer,
  count: number,
  event = 'announce',
): Promise<NumberedMessage[]> {
  const messages: NumberedMessage[] = [];
  while (messages.length < count) messages.push((await peer.next(event)) as NumberedMessage);
  return messages;
}

/** A room with history, and a connection that is in it all the time and speaks there. */
export class HistoryRoom {
  readonly #announced: NumberedMessage[] = [];

  private constructor(
    readonly name: string,
    readonly host: WsPeer,
    /** What the log of the room is called. */
    readonly epoch: string,
  ) {}

  /** Opens one that nobody has been in. */
  static async open(target: Target, name = newRoom()): Promise<HistoryRoom> {
    const host = await target.connect();
    const { epoch } = await enter(host, name);
    return new HistoryRoom(name, host, epoch);
  }

  /** Has texts announced, and waits until the log has them. @returns the messages, as the host got them */
  async announce(...texts: readonly string[]): Promise<NumberedMessage[]> {
    for (const text of texts) this.host.send('announce', { text, channel: this.name });
    const messages = await takeNumbered(this.host, texts.length);
    this.#announced.push(...messages);
    return messages;
  }

  /**
   * Sees to it that a connection was told to begin at a place of this log, and gets what was announced after that and nothing
   * else. The log may be further than that place: what is still on its way to the server then comes as new.
   */
  async expectFrom(peer: WsPeer, told: Recovery, isRecovered?: false): Promise<void> {
    const { length } = this.#announced;
    expect(told).toEqual({
      ...this.at(told.offset),
      ...(isRecovered === false && { recovered: false }),
    });
    expect(told.offset).toBeLessThanOrEqual(length);
    const messages = await this.everythingOf(peer);
    expect(messages).toEqual(this.#announced.slice(told.offset));
  }

  /** A place in the log. */
  at(offset: number): Place {
    return { room: this.name, epoch: this.epoch, offset };
  }

  /** Announces one more text and takes what a connection has got until then, that text included. */
  async everythingOf(peer: WsPeer): Promise<PeerMessage[]> {
    const lastText = randomUUID();
    await this.announce(lastText);
    const messages: PeerMessage[] = [];
    for (;;) {
      const message = await peer.next();
      messages.push(message);
      if (message.event === 'announce' && textOf(message) === lastText) return messages;
    }
  }
}
