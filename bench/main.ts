import { mkdir, writeFile } from 'node:fs/promises';
import { type Options, readOptions, USAGE } from './cli/options.js';
import { profileCase } from './cli/profile-case.js';
import { type Cores, chooseCores } from './harness/cores.js';
import { describeMachine } from './harness/machine.js';
import { type Measured, runCase } from './harness/run-case.js';
import { figuresOf } from './report/figures.js';
import { toJson } from './report/json.js';
import { toMarkdown } from './report/markdown.js';
import { toSvg } from './report/svg.js';
import { textTable } from './report/text-table.js';
import { verdictsOn } from './report/thresholds.js';

/** Only a complete run replaces what is published; `bench/dist` is not part of the repository. */
const PUBLISHED = 'bench';
const SCRATCH = 'bench/dist/results';

/** A load average that a machine with nothing else to do is below. */
const BUSY_MACHINE = 0.5;

async function runCases({ cases, pace }: Options, cores: Cores): Promise<Measured[]> {
  const results: Measured[] = [];
  for (const benchCase of cases) {
    const measured = await runCase(benchCase, pace, cores, (contestant, round) => {
      if (!process.stderr.isTTY) return;
      process.stderr.write(
        `\r\u001B[K${benchCase.name}, round ${round + 1} of ${pace.rounds}: ${contestant}`,
      );
    });
    if (process.stderr.isTTY) process.stderr.write('\r\u001B[K');
    console.log(textTable(measured));
    for (const failure of measured.failures) console.error(failure);
    results.push(measured);
  }
  return results;
}

async function bench(options: Options): Promise<void> {
  const cores = chooseCores();
  const machine = describeMachine(cores, options.pace);
  if (machine.loadAverage > BUSY_MACHINE) {
    console.warn(
      `The load average is ${machine.loadAverage.toFixed(1)}: something else uses this machine, so the figures are noise.\n`,
    );
  }
  const results = await runCases(options, cores);
  const figures = results.flatMap((measured) => figuresOf(measured));

  const folder = options.isComplete ? PUBLISHED : SCRATCH;
  await mkdir(folder, { recursive: true });
  await writeFile(`${folder}/results.md`, await toMarkdown(machine, results));
  await writeFile(`${folder}/results.svg`, toSvg(figures));
  if (options.json !== undefined) await writeFile(options.json, toJson(machine, figures));

  const missed = figures.flatMap((figure) => verdictsOn(figure)).filter(({ isKept }) => !isKept);
  for (const { figure, peer, text } of missed) console.log(`missed: ${figure}, ${peer}: ${text}`);
  const hasFailed = results.some(({ failures }) => failures.length > 0);
  if (hasFailed || (options.check && missed.length > 0)) process.exitCode = 1;
}

let options: Options;
try {
  options = readOptions(process.argv.slice(2));
} catch (error) {
  console.error(`${error instanceof Error ? error.message : String(error)}\n\n${USAGE}`);
  process.exit(2);
}
if (options.profile === undefined) await bench(options);
else console.log(await profileCase(options, options.profile));
