import { queryObjects, setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { Controller, Get, Inject, Param } from '@nestjs/common';
import {
  BounceSocket,
  BounceWsHealth,
  ConnectionRegistry,
  ENGINE,
  type Engine,
  PresenceService,
  RoomService,
} from 'bounce-ws';
import type { NodeHealth, Possessions } from './inspection.interface.js';

const PAGE = 1_000;

setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc') as () => void;

/** Tells the tests what a node cannot be asked over a WebSocket. */
@Controller()
export class InspectionController {
  readonly #changes: string[] = [];

  constructor(
    private readonly health: BounceWsHealth,
    private readonly connections: ConnectionRegistry,
    private readonly rooms: RoomService,
    private readonly presence: PresenceService,
    @Inject(ENGINE) private readonly engine: Engine,
  ) {
    presence.changes$.subscribe(({ userId, online }) => {
      this.#changes.push(`${online ? '+' : '-'}${userId}`);
    });
  }

  @Get('health')
  getHealth(): NodeHealth {
    return {
      ...this.health.report(),
      counters: this.engine.health.counters,
      rssBytes: process.memoryUsage.rss(),
    };
  }

  /** The heap in use after a garbage collection, in bytes. */
  @Get('heap')
  getHeap(): number {
    collect();
    return process.memoryUsage().heapUsed;
  }

  /** How many `BounceSocket`s the garbage collector cannot take. To look at all of the heap takes its time. */
  @Get('sockets')
  getSockets(): number {
    collect();
    return queryObjects(BounceSocket, { format: 'count' });
  }

  @Get('possessions')
  async getPossessions(): Promise<Possessions> {
    return {
      pid: process.pid,
      connections: this.connections.size,
      rooms: (await this.rooms.rooms()).toSorted(),
      online: await this.presence.count(),
      timers: process.getActiveResourcesInfo().filter((name) => name === 'Timeout').length,
      prototype: Object.getOwnPropertyNames(Object.prototype).toSorted(),
      processListeners: process
        .eventNames()
        .map((name) => `${String(name)} ${process.listenerCount(name)}`)
        .toSorted(),
    };
  }

  /** Everybody who is online, on any node. */
  @Get('online')
  async getOnline(): Promise<string[]> {
    const online: string[] = [];
    let cursor: string | null = null;
    do {
      const page = await this.presence.list({ limit: PAGE, cursor });
      online.push(...page.users);
      cursor = page.cursor;
    } while (cursor !== null);
    return online;
  }

  /** Who shows up in each of these rooms, on any node. */
  @Get('rooms/:names')
  getRooms(@Param('names') names: string): Promise<string[][]> {
    return Promise.all(
      names.split(',').map(async (name) => {
        const members = await this.presence.room(name);
        return members.map(({ userId }) => userId).toSorted();
      }),
    );
  }

  /** Who came (`+`) and went (`-`), as far as this node was told. */
  @Get('changes')
  getChanges(): string[] {
    return this.#changes;
  }
}
