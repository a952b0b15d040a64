import { existsSync } from 'node:fs';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { chooseCores } from '../harness/cores.js';
import { describeMachine } from '../harness/machine.js';
import { FULL, type Pace } from '../harness/pace.js';
import { pictureOf, type Swept, toPage } from './page.js';
import { plot } from './plot.js';
import { runSweep } from './run-sweep.js';
import type { Sweep } from './sweep.interface.js';
import { SWEEPS } from './sweeps.js';

/** `npm run bench:growth [-- --only NAME[,NAME]] [--rounds N]` */

const PUBLISHED = 'bench';
/** What each sweep gave last, so that one can be taken anew without the others. */
const TAKEN = 'bench/dist/growth';

const PACE: Pace = {
  ...FULL,
  rounds: 1,
  warmUpMs: 800,
  windowMs: 1_200,
  firstConnections: 500,
  moreConnections: 1_000,
};

const fileOf = ({ name }: Sweep): string => `${TAKEN}/${name}.json`;

async function take(sweep: Sweep, pace: Pace): Promise<void> {
  const cores = chooseCores();
  const machine = describeMachine(cores, pace);
  const series = await runSweep(sweep, pace, cores, (what) => console.log(what));
  await mkdir(TAKEN, { recursive: true });
  await writeFile(fileOf(sweep), JSON.stringify({ machine, series }, undefined, 2));
}

async function publish(): Promise<void> {
  const missing = SWEEPS.filter((sweep) => !existsSync(fileOf(sweep)));
  if (missing.length > 0) {
    console.log(`Not written before there are also: ${missing.map(({ name }) => name).join(', ')}`);
    return;
  }
  const swept: Swept[] = [];
  for (const sweep of SWEEPS) {
    const { machine, series } = JSON.parse(await readFile(fileOf(sweep), 'utf8')) as Swept;
    swept.push({ sweep, machine, series });
    await writeFile(`${PUBLISHED}/${pictureOf(sweep)}`, plot(sweep, series));
  }
  await writeFile(`${PUBLISHED}/growth.md`, await toPage(swept));
}

const { values } = parseArgs({ options: { only: { type: 'string' }, rounds: { type: 'string' } } });
const only = values.only?.split(',') ?? SWEEPS.map(({ name }) => name);
const unknown = only.filter((name) => !SWEEPS.some((sweep) => sweep.name === name));
if (unknown.length > 0) throw new Error(`There is no sweep ${unknown.join(', ')}`);
for (const sweep of SWEEPS) {
  if (only.includes(sweep.name)) {
    await take(sweep, { ...PACE, rounds: Number(values.rounds ?? PACE.rounds) });
  }
}
await publish();
