import { setTimeout as delay } from 'node:timers/promises';
import { createClient } from 'redis';
import { expect, test } from 'vitest';
import { sendToRedis } from '../support/resp.js';
import { expectNoUnhandledErrors } from '../support/unhandled.js';
import { eventually } from './support/eventually.js';
import { play, type PresenceStage } from './support/presence-stage.js';

expectNoUnhandledErrors();

const CLIENTS = 200;
const EVERY_MS = 500;
/** How often each of them comes and goes: ten seconds of it, and five. */
const ROUNDS = 10;
const ROUNDS_WHILE_CUT = 5;

const LENGTHS: Readonly<Record<string, string>> = { hash: 'HLEN', set: 'SCARD', zset: 'ZCARD' };
/** When users who are gone were seen last: what is meant to stay. */
const SEEN = 'bounce:{presence}:seen';

/** All keys of a Redis, and how much is in each. */
async function readKeys(url: string): Promise<Record<string, unknown>> {
  const client = createClient({ url });
  await client.connect();
  try {
    const keys = (await client.keys('*')).toSorted();
    const lengths = keys.map(async (key) => {
      const length = LENGTHS[await client.type(key)];
      return [key, length === undefined ? 'there' : await client.sendCommand([length, key])];
    });
    return Object.fromEntries(await Promise.all(lengths)) as Record<string, unknown>;
  } finally {
    client.destroy();
  }
}

/** Lets clients come and go on both nodes in turn, spread over the time. @returns how often they came */
async function flap({ one, two }: PresenceStage, rounds: number): Promise<number> {
  let arrivals = 0;
  const clients = Array.from({ length: CLIENTS }, async (_, index) => {
    await delay((index / CLIENTS) * EVERY_MS);
    for (let round = 0; round < rounds; round++) {
      const node = (index + round) % 2 === 0 ? one : two;
      const peer = await node.connect(`user-${index}`);
      arrivals++;
      await delay(EVERY_MS);
      await peer.close();
      await delay(EVERY_MS);
    }
  });
  await Promise.all(clients);
  return arrivals;
}

/** Expects that a node told of every user in turn that they came and went, and of nobody that they stayed. */
function expectTurns(changes: readonly string[]): void {
  const online = new Set<string>();
  for (const change of changes) {
    const user = change.slice(1);
    expect(online.has(user), `${change} out of turn`).toBe(change.startsWith('-'));
    if (change.startsWith('+')) online.add(user);
    else online.delete(user);
  }
  expect([...online].toSorted()).toEqual(['ann', 'ben', 'cai']);
}

test('200 clients that flap every 500 ms: joins = leaves, on both nodes, and Redis as it was', () =>
  play(async (stage) => {
    const { redis, one, two } = stage;
    await (await one.connect('zoe')).close();
    await eventually(() => expect(two.changesOf('zoe')).toEqual(['+zoe', '-zoe']), 2_000);
    const before = await readKeys(redis.url);
    const arrivals = await flap(stage, ROUNDS);
    expect(arrivals).toBe(CLIENTS * ROUNDS);
    const after = { ...before, [SEEN]: CLIENTS + 1 };
    await eventually(async () => expect(await readKeys(redis.url)).toEqual(after), 5_000);
    // Three who stay, zoe, and as many joins as leaves.
    const told = 3 + 2 + 2 * arrivals;
    for (const { changes } of [one, two]) {
      await eventually(() => expect(changes).toHaveLength(told), 1_000);
      expectTurns(changes);
    }
    expect(await one.online()).toEqual(['ann', 'ben', 'cai']);
  }));

test('200 clients that flap while subscriptions are cut again and again: joins = leaves all the same', () =>
  play(async (stage) => {
    const { redis, one, two } = stage;
    const stop = new AbortController();
    const cutting = (async () => {
      while (!stop.signal.aborted) {
        await sendToRedis(redis.port, 'CLIENT', 'KILL', 'TYPE', 'pubsub');
        await delay(700);
      }
    })();
    await flap(stage, ROUNDS_WHILE_CUT);
    stop.abort();
    await cutting;
    for (const { changes } of [one, two]) await eventually(() => expectTurns(changes), 15_000);
    expect(await two.online()).toEqual(['ann', 'ben', 'cai']);
  }));
