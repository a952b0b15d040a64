import { writeFile } from 'node:fs/promises';
import { cpus } from 'node:os';
import { resolve } from 'node:path';
import { format, resolveConfig } from 'prettier';
import type { Reporter, TestCase, TestModule } from 'vitest/node';
import type { Figure } from './figures.js';

const FILE = resolve(import.meta.dirname, '../../../../bench/fault-results.md');

/** Makes a table of what the fault tests have seen, and keeps it when all of them passed. */
export class FaultReporter implements Reporter {
  async onTestRunEnd(modules: readonly TestModule[]): Promise<void> {
    const tests = modules.flatMap((module) => [...module.children.allTests()]);
    const rows = tests.flatMap((test) => rowsOf(test));
    const page = [
      '# What `npm run test:faults:long` saw',
      '',
      `Node ${process.version}, ${cpus().length} cores. Three node processes and a redis-server of its own for each fault.`,
      'Two clients on each node told each other 50 numbers a second each throughout: the witness.',
      '',
      '| fault | what must hold | seen |',
      '| ----- | -------------- | ---- |',
      ...rows,
      '',
    ].join('\n');
    process.stdout.write(`\n${page}\n`);
    if (tests.length === 0 || tests.some((test) => test.result().state !== 'passed')) return;
    const style = await resolveConfig(FILE);
    await writeFile(FILE, await format(page, { ...style, parser: 'markdown' }));
  }
}

function rowsOf(test: TestCase): string[] {
  const figures: readonly Figure[] = test.meta().figures ?? [];
  return figures.map(
    ({ must, seen }, index) => `| ${index === 0 ? test.fullName : ''} | ${must} | ${seen} |`,
  );
}
