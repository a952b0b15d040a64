import { Logger } from '@nestjs/common';
import { MemoryPresenceStore } from 'bounce-ws';
import * as fc from 'fast-check';
import { afterAll, beforeAll, describe, it } from 'vitest';
import { PresenceModel } from './support/presence-model.js';
import { anySchedule } from './support/presence-schedule.js';

const RUNS = 10_000;
/** Played at the same time: most of a schedule is waiting. */
const LANES = 20;

describe('presence on three nodes', () => {
  // What it says of a store that cannot be reached is said thousands of times here.
  beforeAll(() => Logger.overrideLogger(false));
  afterAll(() => Logger.overrideLogger(['log', 'warn', 'error']));

  it('is what a simple model says, and told once each, whatever happens in which order', async () => {
    const property = fc.asyncProperty(anySchedule(), (schedule) =>
      new PresenceModel(new MemoryPresenceStore(), schedule).play(),
    );
    await Promise.all(
      Array.from({ length: LANES }, () => fc.assert(property, { numRuns: RUNS / LANES })),
    );
  }, 120_000);
});
