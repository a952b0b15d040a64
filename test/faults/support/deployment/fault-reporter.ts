import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { resolve } from 'node:path';
import { format, resolveConfig } from 'prettier';
import type { Reporter, TestCase, TestModule } from 'vitest/node';
import type { Figure } from './figures.js';

const FILE = resolve(import.meta.dirname, '../../../../bench/fault-results.md');
const SECTION = '\n## ';

/**
 * Makes a page of what the fault tests have seen, and keeps it when all of them passed. A run of some of them replaces
 * their sections, and leaves the others.
 */
export class FaultReporter implements Reporter {
  async onTestRunEnd(modules: readonly TestModule[]): Promise<void> {
    const tests = modules.flatMap((module) => [...module.children.allTests()]);
    const ran = tests.filter((test) => test.result().state !== 'skipped');
    const sections = new Map(ran.map((test) => [nameOf(test), sectionOf(test)]));
    process.stdout.write(`\n${pageOf(sections)}\n`);
    if (ran.length === 0 || ran.some((test) => test.result().state !== 'passed')) return;
    const style = await resolveConfig(FILE);
    const page = pageOf(new Map([...sectionsBefore(), ...sections]));
    writeFileSync(FILE, await format(page, { ...style, parser: 'markdown' }));
  }
}

function pageOf(sections: ReadonlyMap<string, string>): string {
  const sorted = [...sections].toSorted(([one], [other]) => one.localeCompare(other));
  return [
    '# What `npm run test:faults:long` saw',
    '',
    `Node ${process.version}, ${cpus().length} cores. Three node processes and a redis-server of its own for each fault.`,
    'Two clients on each node told each other 50 numbers a second each throughout: the witness.',
    ...sorted.map(([name, section]) => `${SECTION}${name}\n\n${section}`),
  ].join('\n');
}

function nameOf(test: TestCase): string {
  return test.fullName.replace(' > ', ': ');
}

function sectionOf(test: TestCase): string {
  const figures: readonly Figure[] = test.meta().figures ?? [];
  const rows = figures.map(({ must, seen }) => `| ${must} | ${seen} |`);
  return ['| what must hold | seen |', '| --- | --- |', ...rows].join('\n');
}

function sectionsBefore(): [name: string, section: string][] {
  if (!existsSync(FILE)) return [];
  const [, ...sections] = readFileSync(FILE, 'utf8').split(SECTION);
  return sections.map((text) => {
    const end = text.indexOf('\n');
    return [text.slice(0, end), text.slice(end).trim()];
  });
}
