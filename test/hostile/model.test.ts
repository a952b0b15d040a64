import * as fc from 'fast-check';
import { type BounceSocket, ConnectionRegistry, RoomService } from 'bounce-ws';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { SubscriptionRegistry } from '../../lib/senders/index.js';
import { startApp, type StartedApp } from '../support/start-app.js';

/** What the registries look at in a socket; everything behind it is the network's, which takes no part here. */
interface ModelSocket {
  readonly id: string;
  closed: boolean;
  readonly user: null;
  readonly userId: null;
  readonly codec: object;
  release(): void;
}

type Action = 'join' | 'leave' | 'subscribe' | 'unsubscribe' | 'wildcard' | 'close';

interface Step {
  readonly action: Action;
  readonly socket: number;
  readonly name: number;
  /** Whether the step waits until other steps may have run: a handler that awaits something first. */
  readonly later: boolean;
}

const SOCKETS = 3;
const NAMES = 4;
const RUNS = 10_000;
const EVENTS = Array.from({ length: NAMES }, (_value, index) => `event-${index}`);

const step: fc.Arbitrary<Step> = fc.record({
  action: fc.constantFrom<Action>('join', 'leave', 'subscribe', 'unsubscribe', 'wildcard', 'close'),
  socket: fc.nat(SOCKETS - 1),
  name: fc.nat(NAMES - 1),
  later: fc.boolean(),
});

/** The real registries, and beside each what it should hold. */
class Model {
  readonly connections: ConnectionRegistry;
  readonly rooms: RoomService;
  readonly subscriptions: SubscriptionRegistry;
  readonly members = new Map<string, Set<ModelSocket>>();
  readonly wanted = new Map<ModelSocket, Set<string>>();
  readonly sockets: readonly ModelSocket[] = Array.from({ length: SOCKETS }, (_value, index) => ({
    id: `socket ${index}`,
    closed: false,
    user: null,
    userId: null,
    codec: {},
    release: () => undefined,
  }));

  constructor({ app }: StartedApp) {
    this.connections = app.get(ConnectionRegistry);
    this.rooms = app.get(RoomService);
    this.subscriptions = app.get(SubscriptionRegistry);
    for (const socket of this.sockets) this.connections.open(asSocket(socket));
  }

  async run({ action, socket: index, name, later }: Step): Promise<void> {
    const socket = this.sockets[index]!;
    if (later) await Promise.resolve();
    switch (action) {
      case 'join':
        return this.#join(socket, `room-${name}`);
      case 'leave':
        return this.#leave(socket, `room-${name}`);
      case 'subscribe':
        return this.#subscribe(socket, `event-${name}`);
      case 'wildcard':
        return this.#subscribe(socket, '*');
      case 'unsubscribe':
        return this.#unsubscribe(socket, `event-${name}`);
      case 'close':
        return this.#close(socket);
    }
  }

  async check(): Promise<void> {
    expect(new Set(await this.rooms.rooms())).toEqual(new Set(this.members.keys()));
    for (const [room, members] of this.members) {
      expect(new Set(await this.rooms.members(room))).toEqual(
        new Set([...members].map(({ id }) => id)),
      );
    }
    for (const event of EVENTS) {
      const expected = this.sockets.filter((socket) => this.wanted.get(socket)?.has(event));
      expect([...this.subscriptions.subscribers(event)].map(({ id }) => id).toSorted()).toEqual(
        expected.map(({ id }) => id).toSorted(),
      );
    }
    for (const socket of this.sockets.filter(({ closed }) => closed)) {
      expect(this.subscriptions.list(asSocket(socket))).toEqual([]);
    }
  }

  async #join(socket: ModelSocket, room: string): Promise<void> {
    const joined = this.rooms.join(asSocket(socket), room);
    // The call counts, not what awaits it.
    if (!socket.closed) {
      this.members.set(room, (this.members.get(room) ?? new Set()).add(socket));
    }
    await joined;
  }

  async #leave(socket: ModelSocket, room: string): Promise<void> {
    this.#forget(socket, room);
    await this.rooms.leave(asSocket(socket), room);
  }

  /** All sockets go, and nothing may be left of them. */
  async end(): Promise<void> {
    for (const socket of this.sockets) this.#close(socket);
    await this.check();
    expect(await this.rooms.rooms()).toEqual([]);
    for (const event of EVENTS) expect([...this.subscriptions.subscribers(event)]).toEqual([]);
    expect(this.connections.size).toBe(0);
  }

  #subscribe(socket: ModelSocket, name: string): void {
    this.subscriptions.subscribe(asSocket(socket), [name]);
    if (socket.closed) return;
    const wanted = this.wanted.get(socket) ?? new Set();
    this.wanted.set(socket, wanted);
    for (const event of name === '*' ? EVENTS : [name]) wanted.add(event);
  }

  #unsubscribe(socket: ModelSocket, name: string): void {
    this.subscriptions.unsubscribe(asSocket(socket), [name]);
    this.wanted.get(socket)?.delete(name);
  }

  #close(socket: ModelSocket): void {
    if (socket.closed) return;
    socket.closed = true;
    this.connections.close({ socket: asSocket(socket), code: 1000, reason: '' });
    this.wanted.delete(socket);
    for (const room of [...this.members.keys()]) this.#forget(socket, room);
  }

  #forget(socket: ModelSocket, room: string): void {
    const members = this.members.get(room);
    members?.delete(socket);
    if (members?.size === 0) this.members.delete(room);
  }
}

function asSocket(socket: ModelSocket): BounceSocket {
  return socket as unknown as BounceSocket;
}

describe('rooms and subscriptions', () => {
  let started: StartedApp;

  beforeAll(async () => {
    started = await startApp({});
    for (const event of EVENTS) started.app.get(SubscriptionRegistry).declare(event);
  });

  afterAll(() => started.app.close());

  it('are what a simple model says, whatever happens in which order, and when sockets close meanwhile', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 25 }), async (steps) => {
        const model = new Model(started);
        try {
          await Promise.all(steps.map((one) => model.run(one)));
          await model.check();
        } finally {
          await model.end();
        }
      }),
      { numRuns: RUNS },
    );
  }, 60_000);
});
