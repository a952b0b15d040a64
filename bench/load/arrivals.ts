import { setTimeout as wait } from 'node:timers/promises';
import { percentile } from '../harness/median.js';
import type { Connection } from './connection.js';
import type { Arrivals } from './load-calls.interface.js';

const P99 = 0.99;
const MARGIN_MS = 100;

/** Listens to a timed message: how many in this time, and how regularly. */
export async function listen(
  connection: Connection,
  seconds: number,
  hertz: number,
): Promise<Arrivals> {
  const timesMs: number[] = [];
  connection.onMessages = (count) => {
    const now = performance.now();
    for (let index = 0; index < count; index++) timesMs.push(now);
  };
  await wait(seconds * 1_000 + MARGIN_MS);
  connection.onMessages = undefined;
  const end = timesMs[0]! + seconds * 1_000;
  const deviations = timesMs
    .slice(1)
    .map((time, index) => Math.abs(time - timesMs[index]! - 1_000 / hertz));
  return {
    // Half an interval later the last tick of a steady sender is in, and the one after it is not.
    ticks: timesMs.filter((time) => time < end + 500 / hertz).length - 1,
    jitterP99Ms: percentile(deviations, P99),
  };
}
