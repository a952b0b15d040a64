import { setTimeout as delay } from 'node:timers/promises';
import { BounceClient } from 'bounce-ws/client';
import { expect, test } from 'vitest';
import { megabytes } from '../support/deployment/figures.js';
import type { NodeProcess } from '../support/deployment/node-process.js';
import { play } from '../support/deployment/play.js';
import { usersOf } from '../support/deployment/presence.js';
import { eventually } from '../support/eventually.js';

const CLIENTS = 200;
const EVERY_MS = 500;
const DURATION_MS = 300_000;
const WARM_UP_MS = 60_000;
const SAMPLE_MS = 10_000;
const MOST_GROWTH_BYTES = 1_048_576;

test('200 clients come and go every 500 ms for 5 min: joins are leaves, and the heap stays', ({
  task,
}) =>
  play(task, async ({ nodes, witness, note }) => {
    const flapping = new AbortController();
    const { signal } = flapping;
    const clients = Array.from({ length: CLIENTS }, (_value, index) =>
      flap(`flapping-${index}`, nodes[index % 3]!, signal),
    );
    const samples: number[][] = nodes.map(() => []);
    const startedAt = performance.now();
    try {
      await delay(WARM_UP_MS);
      while (performance.now() - startedAt < DURATION_MS) {
        await delay(SAMPLE_MS);
        for (const [index, node] of nodes.entries()) samples[index]!.push(await node.heap());
      }
    } finally {
      flapping.abort();
    }
    const rounds = (await Promise.all(clients)).reduce((sum, count) => sum + count, 0);
    const growth = samples.map((series) => slope(series) * (series.length - 1));
    for (const bytes of growth) expect(bytes).toBeLessThanOrEqual(MOST_GROWTH_BYTES);
    note('heap slope at most 1 MB', `${growth.map(megabytes).join(', ')} over the last 4 min`);
    const users = usersOf(witness);
    for (const node of nodes) {
      await eventually(async () => expect((await node.online()).toSorted()).toEqual(users), 20_000);
      await eventually(async () => {
        const { joins, leaves } = await comings(node);
        expect(joins).toBeGreaterThanOrEqual(CLIENTS);
        expect(leaves).toBe(joins);
      }, 5_000);
    }
    const { joins, leaves } = await comings(nodes[0]);
    note('joins are leaves', `${joins} and ${leaves} in ${rounds} connections`);
  }));

/** Comes, shows up in a room, goes; again and again until it is told to stop. @returns how often */
async function flap(userId: string, { port }: NodeProcess, signal: AbortSignal): Promise<number> {
  const client = new BounceClient(`ws://127.0.0.1:${port}/`, {
    getToken: () => userId,
    autoConnect: false,
  });
  let rounds = 0;
  while (!signal.aborted) {
    await client.connect();
    await client.request('show', { room: 'flapping' });
    await delay(EVERY_MS);
    client.close();
    await delay(EVERY_MS);
    rounds++;
  }
  return rounds;
}

/** How often one of the flapping users came, and went, as far as the node was told. */
async function comings(node: NodeProcess): Promise<{ joins: number; leaves: number }> {
  const changes = (await node.changes()).filter((change) => change.includes('flapping'));
  const joins = changes.filter((change) => change.startsWith('+')).length;
  return { joins, leaves: changes.length - joins };
}

/** By how much a value grows from one sample to the next, by least squares. */
function slope(values: readonly number[]): number {
  const middle = (values.length - 1) / 2;
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  let [products, squares] = [0, 0];
  for (const [index, value] of values.entries()) {
    products += (index - middle) * (value - mean);
    squares += (index - middle) ** 2;
  }
  return products / squares;
}
