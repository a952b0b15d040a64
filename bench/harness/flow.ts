import { setTimeout as wait } from 'node:timers/promises';
import type { LoadCalls } from '../load/load-calls.interface.js';
import type { ServerCalls } from '../servers/support/server-calls.interface.js';
import type { Child } from './child.js';

/** Deliveries that may be under way before the members must have taken some: enough that nobody waits for the other. */
const UNDER_WAY = 40_000;
const POLL_MS = 5;

/** Broadcasts to members that set the pace. */
export interface Flow {
  readonly server: Child<ServerCalls>;
  readonly load: Child<LoadCalls>;
  /** Messages that the members got before. */
  readonly before: number;
  readonly perTick: number;
}

/** Allows new ticks as the members take what was sent, until something is done. */
export async function keepGoing<T>(flow: Flow, until: Promise<T>): Promise<T> {
  const { server, load, before, perTick } = flow;
  const done = new AbortController();
  const result = until.finally(() => done.abort());
  while (!done.signal.aborted) {
    const taken = (await load.call('total')) - before;
    await server.call('allowTicks', Math.floor((taken + UNDER_WAY) / perTick));
    await wait(POLL_MS);
  }
  return result;
}
