import { afterAll, beforeAll, expect } from 'vitest';
import { listenersOf } from './listeners-of.js';
import type { RedisServer } from './redis-server.js';
import { sendToRedis } from './resp.js';
import { socketsLeft } from './sockets-left.js';
import { TimerAccount } from './timers.js';

/** Who was online last is remembered on purpose, for a week; what was said in rooms with history, for its time. */
const REMEMBERED = /:\{presence\}:seen$|:\{history:[^}]+\}:(head|log)$/;

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
  return [...Object.getOwnPropertyNames(Object.prototype).toSorted(), ...listenersOf(process)];
}
