import type { Server } from 'node:http';
import type { INestApplication } from '@nestjs/common';
import { ConnectionRegistry, PresenceService, RoomService } from 'bounce-ws';
import { listenersOf } from '../../support/listeners-of.js';
import type { TimerAccount } from '../../support/timers.js';

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
