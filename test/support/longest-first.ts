import { relative } from 'node:path';
import { BaseSequencer, type TestSpecification } from 'vitest/node';

/** Files that say little and take long: most start processes. */
const LONGEST = [
  'test/e2e/cluster/processes.test.ts',
  'test/e2e/engine/redis.engine.test.ts',
  'test/package/packed-tarball.test.ts',
];

/** As vitest does it, the longest text first; but before all what takes long, so that nobody waits for it at the end. */
export class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files);
    return sorted.toSorted((a, b) => this.#rank(a) - this.#rank(b));
  }

  #rank({ moduleId }: TestSpecification): number {
    const index = LONGEST.indexOf(relative(this.ctx.config.root, moduleId));
    return index === -1 ? LONGEST.length : index;
  }
}
