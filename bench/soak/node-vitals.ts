import { queryObjects } from 'node:v8';
import { setTimeout as wait } from 'node:timers/promises';
import { Inject, Injectable } from '@nestjs/common';
import { BounceSocket, BounceWsHealth, ENGINE, type Engine, PresenceService } from 'bounce-ws';
import type { Census, Vitals } from './soak-calls.interface.js';

const UNMAP_MS = 100;

/** The class of timers, which Node does not export. */
const Timeout = timeoutClass();

/** Says how this process is. */
@Injectable()
export class NodeVitals {
  constructor(
    private readonly health: BounceWsHealth,
    private readonly presence: PresenceService,
    @Inject(ENGINE) private readonly engine: Engine,
  ) {}

  async read(): Promise<Vitals> {
    const online = await this.presence.count().catch(() => null);
    if (globalThis.gc === undefined) throw new Error('Start it with --expose-gc');
    globalThis.gc();
    const { connections } = this.health.report();
    const { rss, heapUsed, external } = process.memoryUsage();
    const { user, system } = process.cpuUsage();
    return {
      rssBytes: rss,
      heldBytes: heapUsed + external,
      handles: resources() - connections,
      connections,
      online,
      isReady: this.health.isReady(),
      gaps: this.engine.health.counters['gaps'] ?? 0,
      cpuMs: (user + system) / 1_000,
    };
  }

  async census(): Promise<Census> {
    const timers = queryObjects(Timeout, { format: 'count' });
    const sockets = queryObjects(BounceSocket, { format: 'count' });
    // Pages are given back by another thread.
    await wait(UNMAP_MS);
    return { settledBytes: process.memoryUsage.rss(), timers, sockets };
  }
}

/** What keeps the process alive, timers not counted. */
function resources(): number {
  return process.getActiveResourcesInfo().filter((type) => type !== 'Timeout').length;
}

function timeoutClass(): new () => object {
  const timer = setTimeout(() => undefined, 0);
  clearTimeout(timer);
  return timer.constructor as new () => object;
}
