import { setTimeout as wait } from 'node:timers/promises';
import { queryObjects } from 'node:v8';
import { answerCalls } from '../../harness/remote-calls.js';
import type { ServerCalls, ServerSettings } from './server-calls.interface.js';
import { Ticker } from './ticker.js';
import { Window } from './window.js';

/** A server that listens. */
export interface RunningServer {
  readonly port: number;
  /** Broadcasts this many messages, one after the other, to the room `all`. */
  readonly broadcast?: (messages: number) => void;
}

const COLLECTIONS = 4;
const COLLECTION_PAUSE_MS = 100;

/** Starts a server and lets the harness ask what it costs. Every server, ours and the peers', runs in this frame. */
export function serve(start: (settings: ServerSettings) => Promise<RunningServer>): void {
  const settings = JSON.parse(process.argv[2] ?? '{}') as ServerSettings;
  const running = start(settings);
  const ticker = new Ticker();
  const window = new Window(ticker);
  const calls: ServerCalls = {
    port: async () => (await running).port,
    openWindow: () => window.open(),
    closeWindow: () => window.close(),
    settledRss: async () => {
      await settle();
      return process.memoryUsage.rss();
    },
    leanRss: async () => {
      await settle();
      // To look for objects V8 first collects all that it ever can, and then needs no reserve.
      queryObjects(Ticker, { format: 'count' });
      await wait(COLLECTION_PAUSE_MS);
      return process.memoryUsage.rss();
    },
    settledHeap: async () => {
      await settle();
      const { heapUsed, external } = process.memoryUsage();
      return heapUsed + external;
    },
    startTicks: async ({ intervalMs, messages }) => {
      const { broadcast } = await running;
      const tick = (): void => broadcast?.(messages);
      if (intervalMs === undefined) ticker.startPaced(tick);
      else ticker.start(intervalMs, tick);
    },
    allowTicks: (ticks) => ticker.allow(ticks),
    stopTicks: () => ticker.stop(),
  };
  answerCalls(calls);
}

/** Collects all garbage. */
async function settle(): Promise<void> {
  if (globalThis.gc === undefined) throw new Error('Start it with --expose-gc');
  for (let index = 0; index < COLLECTIONS; index++) {
    globalThis.gc();
    await wait(COLLECTION_PAUSE_MS);
  }
}
