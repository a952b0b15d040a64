import type { BounceSocket, HistoryPosition } from 'bounce-ws';
import { expect } from 'vitest';
import type { OutboundFrame } from '../../../../lib/connection/index.js';
import { BounceCodec } from '../../../../lib/protocol/index.js';
import type { HistoryNode } from './node.js';
import type { TruthfulStore } from './truth.js';

const CODEC = new BounceCodec();

interface Recovery extends HistoryPosition {
  readonly room: string;
  readonly recovered?: boolean;
}

interface Said {
  readonly data: { readonly text: string };
  readonly room?: string;
  readonly offset?: number;
}

/** What a client knows of a room. */
interface KnownRoom {
  position: HistoryPosition | undefined;
  /** Where it wants to go on, until it hears whether it does. */
  awaited: HistoryPosition | undefined;
  /** What was said since it was let in, and has not come. */
  readonly owed: Set<string>;
  /** Whether it is told what is said, or will be. */
  isFollowed: boolean;
}

/** A connection as the registries see it. */
class ClientSocket {
  readonly user = null;
  readonly userId = null;
  readonly codec = CODEC;
  closed = false;

  constructor(
    readonly id: string,
    readonly node: HistoryNode,
    private readonly client: HistoryClient,
  ) {}

  get rooms(): ReadonlySet<string> {
    return this.node.rooms.roomsOf(asSocket(this));
  }

  release(): void {}

  deliver(_event: string, data: unknown): void {
    if (!this.closed) this.client.recovery(data as Recovery);
  }

  deliverFrame({ payload }: OutboundFrame): void {
    if (!this.closed) this.client.said(JSON.parse(String(payload)) as Said);
  }
}

const asSocket = (socket: ClientSocket): BounceSocket => socket as unknown as BounceSocket;

/** A client that keeps its places as PROTOCOL.md says, and holds what it hears against the truth. */
export class HistoryClient {
  readonly #rooms = new Map<string, KnownRoom>();
  #socket: ClientSocket | undefined;
  #connections = 0;

  constructor(
    private readonly name: string,
    private readonly truth: TruthfulStore,
  ) {}

  get socket(): BounceSocket | undefined {
    return this.#socket && asSocket(this.#socket);
  }

  get node(): HistoryNode | undefined {
    return this.#socket?.node;
  }

  connect(node: HistoryNode): void {
    this.close();
    this.#socket = new ClientSocket(`${this.name}:${this.#connections++}`, node, this);
    node.connections.open(asSocket(this.#socket));
  }

  close(): void {
    const socket = this.#socket;
    this.#socket = undefined;
    if (socket === undefined) return;
    socket.closed = true;
    socket.node.connections.close({ socket: asSocket(socket), code: 1000, reason: '' });
  }

  /** Enters a room anew. */
  async enter(room: string): Promise<void> {
    const socket = this.#socket;
    if (socket === undefined || socket.rooms.has(room)) return;
    const known: KnownRoom = {
      position: undefined,
      awaited: undefined,
      owed: new Set(),
      isFollowed: false,
    };
    this.#rooms.set(room, known);
    await socket.node.rooms.join(asSocket(socket), room);
    if (this.#socket === socket && socket.rooms.has(room)) known.isFollowed = true;
  }

  async leave(room: string): Promise<void> {
    this.#rooms.delete(room);
    const socket = this.#socket;
    await socket?.node.rooms.leave(asSocket(socket), room);
  }

  /** The application takes it out of a room and lets it in again, while it waits for what it missed there. */
  async outAndIn(room: string): Promise<void> {
    const socket = this.#socket;
    if (socket === undefined || this.#rooms.get(room)?.awaited === undefined) return;
    const left = socket.node.rooms.leave(asSocket(socket), room);
    await Promise.all([left, this.#joinAgain(socket, room)]);
  }

  /** Comes back to all its rooms. */
  async comeBack(node: HistoryNode, isGreetingFirst: boolean): Promise<void> {
    const formerId = this.#socket?.id;
    this.connect(node);
    const socket = this.#socket!;
    const positions = new Map<string, HistoryPosition>();
    for (const [room, known] of this.#rooms) {
      if (known.position === undefined) {
        // Nothing to go on from: it is as if it came for the first time.
        known.owed.clear();
        known.isFollowed = false;
        continue;
      }
      known.awaited = known.position;
      positions.set(room, known.position);
    }
    const greet = (): unknown =>
      node.logs.greeted(asSocket(socket), { formerId, limit: 5, positions: new Map(positions) });
    if (isGreetingFirst) greet();
    const joined = [...this.#rooms.keys()].map((room) => this.#joinAgain(socket, room));
    if (!isGreetingFirst) greet();
    await Promise.all(joined);
  }

  /** Something is said in a room, by somebody else. */
  owes(room: string, text: string): void {
    const known = this.#rooms.get(room);
    if (known?.isFollowed === true) known.owed.add(text);
  }

  recovery({ room, epoch, offset, recovered }: Recovery): void {
    const known = this.#rooms.get(room);
    if (known === undefined) return;
    if (recovered === undefined && known.awaited !== undefined) return;
    if (recovered === true) expect({ epoch, offset }).toEqual(known.awaited);
    else if (recovered === undefined) expect(known.position).toBeUndefined();
    else known.owed.clear();
    known.awaited = undefined;
    known.position = epoch === '' ? undefined : { epoch, offset };
    known.isFollowed = true;
  }

  said({ data: { text }, room, offset }: Said): void {
    if (room === undefined || offset === undefined) {
      for (const { owed } of this.#rooms.values()) owed.delete(text);
      return;
    }
    const known = this.#rooms.get(room);
    if (known === undefined || known.awaited !== undefined) return;
    const { position } = known;
    expect(position, `${this.name} is told ${room} ${offset} before it knows where`).toBeDefined();
    const { epoch } = position!;
    expect(offset).toBeGreaterThan(position!.offset);
    for (let passed = position!.offset + 1; passed < offset; passed++) {
      // Its own: nothing else may be left out.
      expect(this.truth.text(room, { epoch, offset: passed })).toMatch(`by ${this.name}`);
    }
    expect(this.truth.text(room, { epoch, offset })).toBe(text);
    known.position = { epoch, offset };
    known.owed.delete(text);
  }

  /** Everything has had time to arrive: it must have. */
  check(): void {
    for (const [room, { owed, awaited, position }] of this.#rooms) {
      expect([...owed], `what ${this.name} has not heard in ${room}`).toEqual([]);
      expect(awaited, `${this.name} waits in ${room}`).toBeUndefined();
      expect(position, `${this.name} knows where it is in ${room}`).toBeDefined();
    }
  }

  async #joinAgain(socket: ClientSocket, room: string): Promise<void> {
    const known = this.#rooms.get(room)!;
    await socket.node.rooms.join(asSocket(socket), room);
    if (this.#socket === socket && socket.rooms.has(room)) known.isFollowed = true;
  }
}
