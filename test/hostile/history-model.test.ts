import { Logger } from '@nestjs/common';
import * as fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { HistoryModel } from './support/history/model.js';
import {
  ACTIONS,
  CLIENTS,
  FATES,
  MAX_STEPS,
  NODES,
  ROOMS,
  type Schedule,
  type Step,
} from './support/history/step.js';

const SCHEDULES = 10_000;

/** A step of those that a schedule has: not every one has all kinds of them, so that some happen close together. */
const stepOf = (actions: readonly Step['action'][], nodes: number, rooms: number, turns: number) =>
  fc.record({
    action: fc.constantFrom(...actions),
    client: fc.nat(CLIENTS - 1),
    node: fc.nat(nodes),
    room: fc.nat(rooms),
    microtasks: fc.nat(20),
    turns: fc.nat(turns),
  });

const schedule: fc.Arbitrary<Schedule> = fc
  .tuple(
    fc.subarray([...ACTIONS], { minLength: 1 }),
    fc.nat(NODES - 1),
    fc.nat(ROOMS - 1),
    fc.nat(8),
  )
  .chain(([some, nodes, rooms, turns]) =>
    fc.record({
      steps: fc.array(stepOf(['say', 'enter', 'come back', ...some], nodes, rooms, turns), {
        maxLength: MAX_STEPS,
      }),
      fates: fc.array(fc.constantFrom(...FATES), { minLength: 1, maxLength: 8 }),
      delays: fc.array(fc.nat(3), { minLength: 1, maxLength: 5 }),
    }),
  );

describe('rooms with history on three nodes', () => {
  beforeEach(() => {
    // What it says of a store that was lost is of no interest.
    Logger.overrideLogger(false);
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'setInterval', 'clearInterval'] });
  });

  afterEach(() => {
    vi.useRealTimers();
  });

  it('tell each member everything in the order of the log, or that something is missing, whatever happens', async () => {
    const property = fc.asyncProperty(schedule, async (one) => {
      // One that failed has left some.
      vi.clearAllTimers();
      const model = new HistoryModel(one);
      await model.run();
      model.check();
      expect(await model.end()).toBe(0);
    });
    await fc.assert(property, { numRuns: SCHEDULES });
  }, 120_000);
});
