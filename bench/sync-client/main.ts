import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { asynchronous, type Contestant, synchronous } from './contestants.js';

const ROUNDS = 10;
const ROUND_MS = 1_000;
const WARM_UP_MS = 1_500;

/** What the synchronous client promises. */
const MIN_PER_SECOND = 5_000;
const MIN_RATIO = 0.5;

async function startServer(): Promise<{ url: string; server: ChildProcess }> {
  const server = fork(new URL('./echo.server.js', import.meta.url), {
    env: { ...process.env, NODE_ENV: 'production' },
  });
  const [port] = (await once(server, 'message')) as [number];
  return { url: `ws://127.0.0.1:${port}/`, server };
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;
}

function report(name: string, rates: readonly number[]): string {
  const [least, middle, most] = [Math.min(...rates), median(rates), Math.max(...rates)].map(
    (rate) => Math.round(rate).toLocaleString('en'),
  );
  return `${name.padEnd(18)} ${middle} round trips/s (median of ${rates.length} seconds, ${least} to ${most})`;
}

/** Both in turn, so that a machine that slows down slows both down. */
async function race(contestants: readonly Contestant[]): Promise<number[][]> {
  for (const contestant of contestants) await contestant.run(WARM_UP_MS);
  const rates: number[][] = contestants.map(() => []);
  for (let round = 0; round < ROUNDS; round++) {
    for (const [index, contestant] of contestants.entries()) {
      rates[index]!.push(await contestant.run(ROUND_MS));
    }
  }
  return rates;
}

const { url, server } = await startServer();
const contestants = [synchronous(url), await asynchronous(url)];
const rates = await race(contestants);
for (const contestant of contestants) contestant.close();
server.disconnect();

const [sync, async] = rates.map(median) as [number, number];
for (const [index, { name }] of contestants.entries()) console.log(report(name, rates[index]!));
console.log(`ratio              ${(sync / async).toFixed(2)}`);
const isKept = sync >= MIN_PER_SECOND && sync >= async * MIN_RATIO;
if (!isKept) console.log(`missed: ${MIN_PER_SECOND} round trips/s and a ratio of ${MIN_RATIO}`);
if (!isKept && process.argv.includes('--check')) process.exitCode = 1;
