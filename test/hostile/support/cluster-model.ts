import { type BounceSocket, MemoryBus } from 'bounce-ws';
import { expect } from 'vitest';
import { LIMIT, ModelNode, type ModelSocket } from './model-node.js';
import { NAMES, SOCKETS, type Step } from './model-step.js';

/** One of the sockets is of a format whose clients get everything. */
const SUBSCRIBED_TO_ALL = 3;

const roomOf = (name: number): string => `room-${name}`;
const eventOf = (name: number): string => `event-${name}`;
const asSocket = (socket: ModelSocket): BounceSocket => socket as unknown as BounceSocket;
const isRefused = (error: unknown): boolean =>
  ['limit_exceeded', 'unknown_event'].includes((error as { code: string }).code);

/** The real registries of two nodes, and beside them what they should hold. */
export class ClusterModel {
  readonly #nodes: readonly [ModelNode, ModelNode];
  readonly #sockets: readonly ModelSocket[];
  readonly #members = new Map<string, Set<ModelSocket>>();
  readonly #wanted = new Map<ModelSocket, Set<string>>();
  readonly #wantsAll = new Set<ModelSocket>();
  // The last one comes later, if at all.
  readonly #events = new Set(Array.from({ length: NAMES - 1 }, (_value, name) => eventOf(name)));
  /** What `wanted$` of each node says of the first event. */
  readonly #told: boolean[][] = [[], []];

  private constructor() {
    const bus = new MemoryBus();
    this.#nodes = [new ModelNode(bus), new ModelNode(bus)];
    this.#sockets = Array.from({ length: SOCKETS }, (_value, index) => ({
      id: `socket ${index}`,
      node: this.#nodes[index % 2]!,
      closed: false,
      user: null,
      userId: null,
      codec: index === SUBSCRIBED_TO_ALL ? { subscribesToAll: true } : {},
      release: () => undefined,
    }));
  }

  static async start(): Promise<ClusterModel> {
    const model = new ClusterModel();
    for (const { engine, subscriptions } of model.#nodes) {
      await engine.start();
      for (const event of model.#events) subscriptions.declare(event);
    }
    for (const [index, { cluster }] of model.#nodes.entries()) {
      cluster
        .wanted$(eventOf(0), 'cluster')
        .subscribe((wanted) => model.#told[index]!.push(wanted));
    }
    for (const socket of model.#sockets) socket.node.connections.open(asSocket(socket));
    const everybodys = model.#sockets[SUBSCRIBED_TO_ALL]!;
    model.#wantsAll.add(everybodys);
    model.#wanted.set(everybodys, new Set(model.#events));
    return model;
  }

  async run({ action, socket: index, name, microtasks, turns }: Step): Promise<void> {
    const socket = this.#sockets[index]!;
    for (let turn = 0; turn < turns; turn++) await new Promise(setImmediate);
    for (let task = 0; task < microtasks; task++) await Promise.resolve();
    switch (action) {
      case 'join':
        return this.#join(socket, roomOf(name));
      case 'leave':
        this.#forget(socket, roomOf(name));
        return socket.node.rooms.leave(asSocket(socket), roomOf(name));
      case 'subscribe':
        return this.#subscribe(socket, eventOf(name));
      case 'unsubscribe':
        return this.#unsubscribe(socket, eventOf(name));
      case 'subscribe to all':
        return this.#subscribeToAll(socket);
      case 'unsubscribe from all':
        return this.#unsubscribeFromAll(socket);
      case 'add a sender':
        return this.#addSender(eventOf(name));
      case 'close':
        return this.#close(socket);
    }
  }

  /** Compares everything that can be asked with what it should be. */
  async check(): Promise<void> {
    const rooms = [...this.#members.keys()].toSorted();
    for (const node of this.#nodes) {
      expect((await node.rooms.rooms()).toSorted()).toEqual(rooms);
      for (const room of rooms) {
        expect((await node.rooms.members(room)).toSorted()).toEqual(ids(this.#members.get(room)!));
      }
    }
    for (const event of this.#events) this.#checkEvent(event);
    for (const socket of this.#sockets) this.#checkSocket(socket);
    await this.#checkInterest();
  }

  /** All sockets go, and nothing may be left of them. */
  async end(): Promise<void> {
    for (const socket of this.#sockets) this.#close(socket);
    await this.check();
    expect(this.#members.size).toBe(0);
    for (const { connections, engine } of this.#nodes) {
      expect(connections.size).toBe(0);
      await engine.stop();
    }
  }

  #checkEvent(event: string): void {
    const wanting = this.#sockets.filter((socket) => this.#wanted.get(socket)?.has(event));
    for (const node of this.#nodes) {
      expect(ids(node.subscriptions.subscribers(event))).toEqual(
        ids(wanting.filter((socket) => socket.node === node)),
      );
      expect(node.cluster.isWanted(event, 'cluster')).toBe(wanting.length > 0);
    }
    if (event !== eventOf(0)) return;
    for (const told of this.#told) {
      expect(told.at(-1)).toBe(wanting.length > 0);
      expect(told.every((wanted, index) => wanted !== told[index + 1])).toBe(true);
    }
  }

  #checkSocket(socket: ModelSocket): void {
    const { rooms, subscriptions } = socket.node;
    const events = [...(this.#wanted.get(socket) ?? [])].toSorted();
    expect(subscriptions.list(asSocket(socket))).toEqual(
      this.#wantsAll.has(socket) ? ['*', ...events] : events,
    );
    if (socket.closed) return;
    expect([...rooms.roomsOf(asSocket(socket))].toSorted()).toEqual(this.#roomsOf(socket));
  }

  /** A node hears what another sends to a room or to subscribers if and only if it has any. */
  async #checkInterest(): Promise<void> {
    for (const [index, node] of this.#nodes.entries()) {
      const other = this.#nodes[1 - index]!;
      const has = (sockets: Iterable<ModelSocket>): boolean =>
        [...sockets].some((socket) => socket.node === other);
      const audiences = [
        ...Array.from({ length: NAMES }, (_value, name) => ({
          kind: 'room' as const,
          name: roomOf(name),
          isHeard: has(this.#members.get(roomOf(name)) ?? []),
        })),
        ...[...this.#events].map((name) => ({
          kind: 'event' as const,
          name,
          isHeard: has(this.#sockets.filter((socket) => this.#wanted.get(socket)?.has(name))),
        })),
      ];
      other.received.length = 0;
      for (const { kind, name } of audiences) {
        const action = { type: 'emit', event: 'probe', data: {} } as const;
        node.engine.backplane.publish({ audience: { kind, names: [name] }, action });
      }
      await new Promise(setImmediate);
      expect(other.received.map(({ audience }) => audience.names[0])).toEqual(
        audiences.filter(({ isHeard }) => isHeard).map(({ name }) => name),
      );
    }
  }

  async #join(socket: ModelSocket, room: string): Promise<void> {
    const mine = this.#roomsOf(socket);
    const isTooMany = !socket.closed && !mine.includes(room) && mine.length >= LIMIT;
    let joined: Promise<void>;
    try {
      joined = socket.node.rooms.join(asSocket(socket), room);
    } catch (error) {
      expect(isTooMany && isRefused(error)).toBe(true);
      return;
    }
    expect(isTooMany).toBe(false);
    // The call counts, not what awaits it.
    if (!socket.closed) {
      this.#members.set(room, (this.#members.get(room) ?? new Set()).add(socket));
    }
    await joined;
  }

  #subscribe(socket: ModelSocket, event: string): void {
    const wanted = this.#wanted.get(socket) ?? new Set();
    const isRefusal =
      !this.#events.has(event) || (!socket.closed && !wanted.has(event) && wanted.size >= LIMIT);
    try {
      socket.node.subscriptions.subscribe(asSocket(socket), [event]);
    } catch (error) {
      expect(isRefusal && isRefused(error)).toBe(true);
      return;
    }
    expect(isRefusal).toBe(false);
    if (!socket.closed) this.#wanted.set(socket, wanted.add(event));
  }

  #unsubscribe(socket: ModelSocket, event: string): void {
    socket.node.subscriptions.unsubscribe(asSocket(socket), [event]);
    this.#wanted.get(socket)?.delete(event);
  }

  #subscribeToAll(socket: ModelSocket): void {
    socket.node.subscriptions.subscribe(asSocket(socket), ['*']);
    if (socket.closed) return;
    this.#wantsAll.add(socket);
    this.#wanted.set(socket, new Set(this.#events));
  }

  #unsubscribeFromAll(socket: ModelSocket): void {
    socket.node.subscriptions.unsubscribe(asSocket(socket), ['*']);
    this.#wantsAll.delete(socket);
    this.#wanted.delete(socket);
  }

  #addSender(event: string): void {
    if (this.#events.has(event)) return;
    this.#events.add(event);
    for (const { subscriptions } of this.#nodes) subscriptions.declare(event);
    for (const socket of this.#wantsAll) this.#wanted.get(socket)!.add(event);
  }

  #close(socket: ModelSocket): void {
    if (socket.closed) return;
    socket.closed = true;
    socket.node.connections.close({ socket: asSocket(socket), code: 1000, reason: '' });
    this.#wanted.delete(socket);
    this.#wantsAll.delete(socket);
    for (const room of [...this.#members.keys()]) this.#forget(socket, room);
  }

  #roomsOf(socket: ModelSocket): string[] {
    return [...this.#members]
      .filter(([, members]) => members.has(socket))
      .map(([room]) => room)
      .toSorted();
  }

  #forget(socket: ModelSocket, room: string): void {
    const members = this.#members.get(room);
    members?.delete(socket);
    if (members?.size === 0) this.#members.delete(room);
  }
}

const ids = (sockets: Iterable<{ readonly id: string }>): string[] =>
  Array.from(sockets, ({ id }) => id).toSorted();
