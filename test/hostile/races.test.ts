import { setImmediate as turn } from 'node:timers/promises';
import { WebSocketGateway } from '@nestjs/websockets';
import * as fc from 'fast-check';
import { type BounceSocket, ConnectionRegistry, EmitEvery, OnEvent, RoomService } from 'bounce-ws';
import { describe, expect, it } from 'vitest';
import { SubscriptionRegistry } from '../../lib/senders/index.js';
import type { WsPeer } from '../support/ws-peer.js';
import { hostileModule, useHostileApp } from './support/hostile-app.js';

const SCHEDULES = 250;
const CLIENTS = 3;
const ROOMS = ['tea', 'milk', 'sugar'];
const EVENTS = ['one', 'two'];
const WITNESSES = 2;

@WebSocketGateway()
class RacesGateway {
  constructor(private readonly rooms: RoomService) {}

  /** Joins when it has been busy with something else: its client may be gone by then. */
  @OnEvent('join_later')
  async joinLater(client: BounceSocket, room: string, turns: number) {
    for (let n = 0; n < turns; n++) await turn();
    await this.rooms.join(client, room);
  }

  /** Leaves as slowly. */
  @OnEvent('leave_later')
  async leaveLater(client: BounceSocket, room: string, turns: number) {
    for (let n = 0; n < turns; n++) await turn();
    await this.rooms.leave(client, room);
  }

  @EmitEvery('one', { rateHz: 50 })
  one() {
    return {};
  }

  @EmitEvery('two', { rateHz: 50 })
  two() {
    return {};
  }
}

const hostile = useHostileApp({ module: hostileModule([RacesGateway]) });

type Ending = 'close' | 'terminate';

interface Command {
  readonly action: 'join' | 'leave' | 'subscribe' | 'unsubscribe' | Ending;
  readonly client: number;
  readonly name: number;
  readonly turns: number;
}

const command: fc.Arbitrary<Command> = fc.record({
  action: fc.constantFrom<Command['action']>(
    'join',
    'join',
    'leave',
    'subscribe',
    'subscribe',
    'unsubscribe',
    'close',
    'terminate',
  ),
  client: fc.nat(CLIENTS - 1),
  name: fc.nat(2),
  turns: fc.nat(3),
});

/** A client, and what it should have when everything it sent has been handled. */
class RacingClient {
  readonly rooms = new Set<string>();
  readonly events = new Set<string>();
  hasEnded = false;

  constructor(readonly peer: WsPeer) {}

  /** Sends one command without waiting for anything. */
  run({ action, name, turns }: Command): void {
    if (this.hasEnded) return;
    const room = ROOMS[name]!;
    const event = EVENTS[name % 2]!;
    switch (action) {
      case 'join':
        this.rooms.add(room);
        return this.peer.send('join_later', { room, turns });
      case 'leave':
        this.rooms.delete(room);
        return this.peer.send('leave_later', { room, turns });
      case 'subscribe':
        this.events.add(event);
        return this.peer.send('subscribe', { events: [event] });
      case 'unsubscribe':
        this.events.delete(event);
        return this.peer.send('unsubscribe', { events: [event] });
      default:
        return this.#end(action);
    }
  }

  /** Waits until the server has handled everything, and compares. */
  async check(): Promise<void> {
    if (this.hasEnded) {
      await this.peer.closed;
      return;
    }
    expect((await this.peer.request('rooms')).data).toEqual([...this.rooms].toSorted());
    expect((await this.peer.request('subscribe', { events: [] })).data).toEqual({
      events: [...this.events].toSorted(),
    });
  }

  #end(how: Ending): void {
    this.hasEnded = true;
    if (how === 'close') this.peer.socket.close(1000);
    else this.peer.socket.terminate();
  }
}

/** What the server holds of all clients but the witness. */
async function held(): Promise<Record<string, number>> {
  const { app } = hostile;
  const subscriptions = app.get(SubscriptionRegistry);
  const rooms = await Promise.all(
    ROOMS.map(async (room) => [room, await app.get(RoomService).count(room)] as const),
  );
  return Object.fromEntries([
    ['connections', app.get(ConnectionRegistry).size - WITNESSES],
    ...rooms,
    ...EVENTS.map((event) => [event, subscriptions.subscribers(event).size] as const),
  ]);
}

describe('clients that join, subscribe and go, all at once', () => {
  it('have what they asked for while they are there, and nothing once they have gone', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(command, { maxLength: 30 }), async (commands) => {
        const clients = await Promise.all(
          Array.from({ length: CLIENTS }, async () => new RacingClient(await hostile.connect())),
        );
        for (const one of commands) clients[one.client]!.run(one);
        await Promise.all(clients.map((client) => client.check()));
        const open = clients.filter(({ hasEnded }) => !hasEnded);
        const count = (has: (client: RacingClient) => boolean): number => open.filter(has).length;
        await expect.poll(held, { interval: 1 }).toEqual({
          connections: open.length,
          ...Object.fromEntries(ROOMS.map((room) => [room, count(({ rooms }) => rooms.has(room))])),
          ...Object.fromEntries(
            EVENTS.map((event) => [event, count(({ events }) => events.has(event))]),
          ),
        });
        for (const { peer } of open) peer.socket.terminate();
        await Promise.all(clients.map(({ peer }) => peer.closed));
        await expect
          .poll(held, { interval: 1 })
          .toEqual({ connections: 0, tea: 0, milk: 0, sugar: 0, one: 0, two: 0 });
      }),
      { numRuns: SCHEDULES },
    );
  }, 60_000);

  it('leave nothing when they go while a handler of theirs is still at work', async () => {
    for (let turns = 0; turns < 40; turns++) {
      const peer = await hostile.connect();
      peer.send('join_later', { room: 'tea', turns: 10 });
      peer.send('subscribe', { events: ['*'] });
      // At any moment of it: the server runs in the same loop.
      for (let n = 0; n < turns; n++) await turn();
      peer.socket.terminate();
      await peer.closed;
    }
    const nothing = { connections: 0, tea: 0, milk: 0, sugar: 0, one: 0, two: 0 };
    await expect.poll(held).toEqual(nothing);
  });
});
