import { expect } from 'vitest';
import { seconds } from '../../support/deployment/figures.js';
import type { Stage } from '../../support/deployment/play.js';
import { type Club, playWithClub } from './club.js';
import type { Verdict } from './verdict.js';

/** How long Redis is away, in milliseconds. */
export const AWAY_MS = 3_000;
/** Two seconds for the connections, and ten until the logs are compared. */
const HEALED_MS = 12_000;
/** Each node may have said something that the others did not hear, and that no log has; and who came back is told too. */
const MOST_WARNINGS = 4;

/** Members talk while something happens to Redis; afterwards all of them hear each other in one order again. */
export async function isAway(
  stage: Stage,
  act: (stage: Stage, club: Club) => Promise<void>,
): Promise<Verdict> {
  const { witness, note } = stage;
  const verdict = await playWithClub(stage, {}, async (club) => {
    const excused = witness.excuse();
    await act(stage, club);
    const backAt = performance.now();
    await witness.isWhole(HEALED_MS);
    excused();
    await club.isNumbered(HEALED_MS - (performance.now() - backAt));
    note('in one order again within 12 s', seconds(performance.now() - backAt));
  });
  expect(verdict.warnings).toBeLessThanOrEqual(MOST_WARNINGS);
  return verdict;
}
