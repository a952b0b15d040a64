import { mkdir, writeFile } from 'node:fs/promises';
import { MEBIBYTE } from '../hold/held.js';
import { writePage } from '../hold/write-page.js';
import { Soak } from './run-soak.js';
import type { Sample } from './sample.interface.js';
import { soakPage } from './soak-page.js';
import { soakPlot } from './soak-plot.js';
import { readSoakOptions } from './soak.options.js';
import { verdict } from './verdict.js';

function show({ second, nodes, census, p99Ms, account, isCalm }: Sample): void {
  const each = (of: (node: Sample['nodes'][number]) => number): string =>
    nodes.map((node) => of(node).toFixed(1)).join(' ');
  const settled =
    census === undefined
      ? ''
      : `settled ${census.map(({ settledBytes }) => (settledBytes / MEBIBYTE).toFixed(1)).join(' ')} MB, `;
  console.log(
    `${second} s: resident ${each(({ rssBytes }) => rssBytes / MEBIBYTE)} MB, ${settled}` +
      `in use ${each(({ heldBytes }) => heldBytes / MEBIBYTE)} MB, p99 ${p99Ms?.toFixed(1) ?? '-'} ms, ` +
      `${account.said} said, ${account.lostLocally + account.lostAcross} lost, ` +
      `${account.missedInOutage} missed without Redis${isCalm ? '' : ', in the wake of an outage'}`,
  );
}

const options = readSoakOptions(process.argv.slice(2));
const soak = new Soak(options, show);
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => soak.stop());
const run = await soak.run();
const held = verdict(run, options);
const page = soakPage(options, run, held);
console.log(`\n${page}`);
await mkdir(options.out, { recursive: true });
await writePage(`${options.out}/soak-results.md`, page);
await writeFile(`${options.out}/soak.svg`, soakPlot(run, options.minutes));
if (options.json !== undefined) {
  await writeFile(options.json, `${JSON.stringify({ options, held, run }, null, 2)}\n`);
}
if (held.some(({ isKept }) => isKept === false)) process.exitCode = 1;
