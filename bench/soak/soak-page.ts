import { cpus } from 'node:os';
import { type Held, tableOfHeld } from '../hold/held.js';
import type { SoakRun } from './sample.interface.js';
import type { SoakOptions } from './soak.options.js';
import { WARM_UP_SHARE } from './verdict.js';

/** The summary of a soak. */
export function soakPage(options: SoakOptions, run: SoakRun, held: readonly Held[]): string {
  const { minutes, nodes, clients, rate, churn, killEvery, away } = options;
  const kills =
    killEvery === 0
      ? 'Redis stayed.'
      : `Redis was killed ${run.outages.length} times, each time for ${away} seconds.`;
  return [
    `# What \`npm run soak -- --minutes ${minutes}\` held`,
    '',
    `Node ${process.version}, ${cpus().length} cores. ${nodes} nodes on one Redis; ${clients} users with a token in rooms of 10 that reach over`,
    `the nodes. They said ${run.account.said} messages, ${rate} a second. ${run.changed} users, ${churn} % a minute, went and were replaced, or lost their`,
    `connection and came back by themselves. ${kills}`,
    '',
    tableOfHeld(held),
    '',
    'Resident memory is read when all garbage is collected and V8 has given back what it holds in reserve, and glibc is told to',
    'give back at once what is free; without that it goes up and down by tens of megabytes. Growth is the slope of a straight line through what was seen after the first',
    `${WARM_UP_SHARE * 100} % of the time; the true one is within the ± in 95 of 100 runs. History was off, so that what crosses from`,
    'node to node while Redis is away is not promised; what is promised is that a node notices.',
    '',
    '![Memory, delay, losses, timers and handles](soak.svg)',
    '',
  ].join('\n');
}
