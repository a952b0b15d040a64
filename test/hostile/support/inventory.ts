import type { Server } from 'node:http';
import { queryObjects, setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import type { INestApplication } from '@nestjs/common';
import { BounceSocket, ConnectionRegistry, PresenceService, RoomService } from 'bounce-ws';
import type { TimerAccount } from '../../support/timers.js';

const MOST_TURNS = 20;
const TURN_MS = 50;

/** What must be the same after an attack as before it. */
export interface Inventory {
  readonly connections: number;
  readonly rooms: readonly string[];
  readonly usersOnline: number;
  readonly prototype: readonly string[];
  readonly serverListeners: readonly string[];
  readonly processListeners: readonly string[];
  /** How many timers the package has, those included that keep nothing alive. */
  readonly timers: number;
}

/** Counts what an app and its process hold at this moment. */
export async function takeInventory(
  app: INestApplication,
  timers: TimerAccount,
): Promise<Inventory> {
  return {
    connections: app.get(ConnectionRegistry).size,
    rooms: (await app.get(RoomService).rooms()).toSorted(),
    usersOnline: await app.get(PresenceService).count(),
    prototype: Object.getOwnPropertyNames(Object.prototype).toSorted(),
    serverListeners: listenersOf(app.getHttpServer() as Server),
    processListeners: listenersOf(process),
    timers: (await timers.alive()).length,
  };
}

/**
 * Gives the garbage collector some turns: what a promise or a stream still holds goes with them.
 *
 * @param atMost how many may be left: it is not tried any longer then
 * @returns how many BounceSockets it could not take
 */
export async function socketsLeft(atMost = 0): Promise<number> {
  let left = countSockets();
  for (let turn = 0; turn < MOST_TURNS && left > atMost; turn++) {
    await new Promise((resolve) => setTimeout(resolve, TURN_MS));
    left = countSockets();
  }
  return left;
}

function countSockets(): number {
  setFlagsFromString('--expose-gc');
  (runInNewContext('gc') as () => void)();
  return queryObjects(BounceSocket, { format: 'count' });
}

function listenersOf(emitter: {
  eventNames(): (string | symbol)[];
  listenerCount(event: string | symbol): number;
}): string[] {
  return emitter
    .eventNames()
    .map((event) => `${String(event)} ${emitter.listenerCount(event)}`)
    .toSorted();
}
