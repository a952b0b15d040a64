import { queryObjects, setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { BounceSocket } from 'bounce-ws';
import { afterAll, beforeAll, expect } from 'vitest';
import type { RedisServer } from './redis-server.js';
import { sendToRedis } from './resp.js';
import { TimerAccount } from './timers.js';

const MOST_TURNS = 20;
const TURN_MS = 50;

/** Who was online last is remembered on purpose, for a week. */
const REMEMBERED = /:\{presence\}:seen$/;

/**
 * Fails a file after which something is left: a `BounceSocket` that the garbage collector cannot take, a timer of the
 * package, a listener of the process, a property that every object inherits. To be called at the top of a file, so that it
 * looks after everything was closed.
 */
export function expectNothingLeft(): void {
  const timers = new TimerAccount();
  let before: readonly string[];
  beforeAll(() => {
    timers.open();
    before = inventory();
  });
  afterAll(async () => {
    const left = await timers.alive();
    timers.close();
    expect(left, 'timers').toEqual([]);
    expect(inventory()).toEqual(before);
    expect(await socketsLeft(), 'BounceSockets').toBe(0);
  });
}

/** The keys in a Redis that should not be there when all nodes have stopped. */
export async function keysLeft({ port }: Pick<RedisServer, 'port'>): Promise<string[]> {
  const answer = await sendToRedis(port, 'KEYS', '*');
  // An array of bulk strings: each line that gives a length is followed by the text.
  const keys = answer.split('\r\n').filter((line) => !/^[*$]/.test(line));
  return keys.filter((key) => !REMEMBERED.test(key)).toSorted();
}

function inventory(): string[] {
  return [
    ...Object.getOwnPropertyNames(Object.prototype).toSorted(),
    ...process
      .eventNames()
      .map((event) => `${String(event)} ${process.listenerCount(event)}`)
      .toSorted(),
  ];
}

/** How many sockets stay, whatever a promise or a stream still held for a moment. */
async function socketsLeft(): Promise<number> {
  let left = countSockets();
  for (let turn = 0; turn < MOST_TURNS && left > 0; turn++) {
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
