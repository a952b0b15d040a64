import * as fc from 'fast-check';
import { describe, it } from 'vitest';
import { ClusterModel } from './support/cluster-model.js';
import { ACTIONS, NAMES, SOCKETS, type Step } from './support/model-step.js';

const SCHEDULES = 10_000;

const step: fc.Arbitrary<Step> = fc.record({
  action: fc.constantFrom(...ACTIONS),
  socket: fc.nat(SOCKETS - 1),
  name: fc.nat(NAMES - 1),
  microtasks: fc.nat(3),
  turns: fc.nat(1),
});

describe('rooms and subscriptions of two nodes', () => {
  it('are what a simple model says, whatever happens in which order, and when sockets close meanwhile', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 25 }), async (steps) => {
        const model = await ClusterModel.start();
        await Promise.all(steps.map((one) => model.run(one)));
        await model.check();
        await model.end();
      }),
      { numRuns: SCHEDULES },
    );
  }, 60_000);
});
