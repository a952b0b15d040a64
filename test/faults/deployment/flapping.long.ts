import { fork } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import { expect, test } from 'vitest';
import type { FlappingRequest } from '../node/flapping.js';
import { builtScript } from '../support/deployment/build-scripts.js';
import { megabytes } from '../support/deployment/figures.js';
import type { NodeProcess } from '../support/deployment/node-process.js';
import { play } from '../support/deployment/play.js';
import { usersOf } from '../support/deployment/presence.js';
import { eventually } from '../support/eventually.js';

const SCRIPT = 'flapping.js';
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
    // In a process of their own: they would hold up the witness.
    const flapping = fork(builtScript(SCRIPT));
    const ports = nodes.map(({ port }) => port);
    flapping.send({ count: CLIENTS, ports, everyMs: EVERY_MS } satisfies FlappingRequest);
    const samples: number[][] = nodes.map(() => []);
    const startedAt = performance.now();
    try {
      await delay(WARM_UP_MS);
      while (performance.now() - startedAt < DURATION_MS) {
        await delay(SAMPLE_MS);
        for (const [index, node] of nodes.entries()) samples[index]!.push(await node.heap());
      }
    } finally {
      flapping.send('stop');
    }
    const [rounds] = (await once(flapping, 'message')) as [number];
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
