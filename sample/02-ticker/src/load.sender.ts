import { monitorEventLoopDelay } from 'node:perf_hooks';
import { Injectable, type OnApplicationShutdown } from '@nestjs/common';
import { AbstractTimedSender, ConnectionRegistry } from 'bounce-ws';

export interface Load {
  /** Share of one core, 0 to 1 and above. */
  cpu: number;
  memoryMb: number;
  /** How late the event loop was at worst since the last message. */
  delayMs: number;
  connections: number;
}

/** What this server process is doing, once a second. A sender of its own class, because it keeps instruments running. */
@Injectable()
export class LoadSender extends AbstractTimedSender<Load> implements OnApplicationShutdown {
  readonly event = 'load';
  readonly schedule = { intervalMs: 1000 };
  private readonly delay = monitorEventLoopDelay({ resolution: 10 });
  private usedMicros = cpuMicros();
  private measuredAt = performance.now();

  constructor(private readonly connections: ConnectionRegistry) {
    super();
    this.delay.enable();
  }

  protected createMessageData(): Load {
    const now = performance.now();
    const used = cpuMicros();
    const cpu = (used - this.usedMicros) / 1000 / Math.max(1, now - this.measuredAt);
    const delayMs = this.delay.max / 1e6;
    this.delay.reset();
    this.usedMicros = used;
    this.measuredAt = now;
    const memoryMb = process.memoryUsage.rss() / 2 ** 20;
    return { cpu, memoryMb, delayMs, connections: this.connections.size };
  }

  onApplicationShutdown(): void {
    this.delay.disable();
  }
}

function cpuMicros(): number {
  const { user, system } = process.cpuUsage();
  return user + system;
}
