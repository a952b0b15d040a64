import { monitorEventLoopDelay, performance } from 'node:perf_hooks';
import type { WindowReport } from './server-calls.interface.js';
import type { Ticker } from './ticker.js';

/** The histogram measures from one sample to the next, so this much of every value is no delay. */
const SAMPLE_MS = 1;
const NANOS_PER_MILLI = 1e6;
const MICROS_PER_SECOND = 1e6;
const P99 = 99;

/** What this process spends between {@link open} and {@link close}. */
export class Window {
  readonly #delay = monitorEventLoopDelay({ resolution: SAMPLE_MS });
  #cpu = process.cpuUsage();
  #openedAtMs = 0;
  #fromMicros = 0;
  #ticks = 0;

  constructor(private readonly ticker: Ticker) {}

  open(): void {
    this.#delay.enable();
    this.#delay.reset();
    this.#ticks = this.ticker.ticks;
    this.#fromMicros = monotonicMicros();
    this.#openedAtMs = performance.now();
    this.#cpu = process.cpuUsage();
  }

  close(): WindowReport {
    const cpu = process.cpuUsage(this.#cpu);
    const seconds = (performance.now() - this.#openedAtMs) / 1_000;
    this.#delay.disable();
    return {
      seconds,
      cpuSeconds: (cpu.user + cpu.system) / MICROS_PER_SECOND,
      delayP99Ms: Math.max(0, this.#delay.percentile(P99) / NANOS_PER_MILLI - SAMPLE_MS),
      rssBytes: process.memoryUsage.rss(),
      ticks: this.ticker.ticks - this.#ticks,
      fromMicros: this.#fromMicros,
      toMicros: monotonicMicros(),
    };
  }
}

function monotonicMicros(): number {
  return Number(process.hrtime.bigint() / 1_000n);
}
