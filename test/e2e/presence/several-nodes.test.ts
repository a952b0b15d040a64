import { setTimeout as wait } from 'node:timers/promises';
import { memoryEngine, MemoryBus } from 'bounce-ws';
import { describe, expect, it } from 'vitest';
import { expectNoUnhandledErrors } from '../../support/unhandled.js';
import { GRACE_MS, useNodes } from './support/nodes.js';

const start = useNodes();
expectNoUnhandledErrors();

describe('Presence on several nodes of one bus', () => {
  it('is of all of them', async () => {
    const bus = new MemoryBus();
    const [one, two] = [
      await start({ engine: memoryEngine({ bus }) }),
      await start({ engine: memoryEngine({ bus }) }),
    ];
    await (await one.connect('ann')).barrier();
    await (await two.connect('ben')).barrier();
    expect(await two.presence.isOnline('ann')).toBe(true);
    expect(await one.presence.count()).toBe(2);
    expect(one.changes.toSorted()).toEqual(['+ann', '+ben']);
    expect(two.changes.toSorted()).toEqual(['+ann', '+ben']);
  });

  it('says nothing of a user who comes back on another node within the grace', async () => {
    const bus = new MemoryBus();
    const [one, two] = [
      await start({ engine: memoryEngine({ bus }) }),
      await start({ engine: memoryEngine({ bus }) }),
    ];
    const before = await one.connect('ann');
    await before.barrier();
    await before.close();
    await (await two.connect('ann')).barrier();
    await wait(GRACE_MS * 2);
    expect(one.changes).toEqual(['+ann']);
    expect(two.changes).toEqual(['+ann']);
  });

  it('gives the users of a node that closes the grace to come back elsewhere', async () => {
    const bus = new MemoryBus();
    const [one, two] = [
      await start({ engine: memoryEngine({ bus }) }),
      await start({ engine: memoryEngine({ bus }) }),
    ];
    for (const name of ['ann', 'ben']) await (await one.connect(name)).barrier();
    await one.app.close();
    const closedAt = performance.now();
    await (await two.connect('ann')).barrier();
    expect(await two.presence.isOnline('ben')).toBe(true);
    await expect.poll(() => two.presence.isOnline('ben'), { interval: 10 }).toBe(false);
    expect(performance.now() - closedAt).toBeLessThan(GRACE_MS + 1_000);
    expect(two.changes).toEqual(['+ann', '+ben', '-ben']);
  });
});
