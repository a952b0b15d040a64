import { setTimeout as wait } from 'node:timers/promises';
import { answerCalls } from '../harness/remote-calls.js';
import { listen } from './arrivals.js';
import { ChurnLoad } from './churn-load.js';
import { Crowd } from './crowd.js';
import { startEcho } from './echo-load.js';
import type { LoadCalls } from './load-calls.interface.js';
import { joinsOf, startSaying } from './say-load.js';

/** The load generator: a process of its own, told what to do by the harness. */

const crowd = new Crowd();
const churn = new ChurnLoad();
const total = (): number => crowd.received + churn.done;

const calls: LoadCalls = {
  connect: (settings) => crowd.open(settings),
  exchangeAll: (messages) => crowd.exchange(() => messages),
  joinRooms: (settings) => crowd.exchange((index) => joinsOf(index, settings)),
  startEcho: (settings) => startEcho(crowd, settings),
  startSaying: (settings) => startSaying(crowd, settings),
  startChurn: (settings) => churn.start(settings),
  count: async (milliseconds) => {
    const startMs = performance.now();
    const before = total();
    await wait(milliseconds);
    return { messages: total() - before, seconds: (performance.now() - startMs) / 1_000 };
  },
  arrivals: (seconds, hertz) => listen(crowd.connections[0]!, seconds, hertz),
  waitForTotal: (messages) => crowd.waitForTotal(messages),
  total,
};

answerCalls(calls);
