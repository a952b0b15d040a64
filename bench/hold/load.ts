import { once } from 'node:events';
import { cpus } from 'node:os';
import { setTimeout as wait } from 'node:timers/promises';
import { connect, connectMany, inParallel } from './crowd.js';
import { type Held, MEBIBYTE, tableOfHeld } from './held.js';
import { HeldServer } from './held-server.js';
import { idleMemory } from './idle-memory.js';
import { writePage } from './write-page.js';

const CYCLES = 20_000;
const WARM_UP = 5_000;
const CROWD = 5_000;
const IDLE_SECONDS = 20;

async function cycle(url: string): Promise<void> {
  const socket = await connect(url);
  const answer = once(socket, 'message');
  socket.send('{"event":"echo","id":1,"data":"hello"}');
  await answer;
  socket.close(1000);
  await once(socket, 'close');
}

/** Connect, echo, close, over and over: nothing may be left of it. */
async function churn(server: HeldServer): Promise<Held[]> {
  await inParallel(WARM_UP, () => cycle(server.url));
  const before = await server.vitals();
  await inParallel(CYCLES, () => cycle(server.url));
  await wait(500);
  const after = await server.vitals();
  const grown = (after.heapBytes - before.heapBytes) / MEBIBYTE;
  return [
    {
      what: `heap after ${CYCLES} times connect, echo, close`,
      figure: `${grown >= 0 ? '+' : ''}${grown.toFixed(2)} MB`,
      wanted: 'at most +1 MB',
      isKept: grown <= 1,
    },
    {
      what: 'BounceSockets left of them',
      figure: String(after.sockets),
      wanted: '0',
      isKept: after.sockets === 0,
    },
  ];
}

/** What a crowd costs that says nothing, and how it is sent away. */
async function crowd(server: HeldServer): Promise<Held[]> {
  const sockets = await connectMany(server.url, CROWD);
  // The rubbish of connecting is not what is asked for.
  await server.vitals();
  const before = await server.cpuMs();
  const startedAt = performance.now();
  await wait(IDLE_SECONDS * 1_000);
  const after = await server.cpuMs();
  const share = ((after - before) / (performance.now() - startedAt)) * 100;
  const codes = new Map<number, number>();
  const closed = sockets.map(async (socket) => {
    const [code] = (await once(socket, 'close')) as [number];
    codes.set(code, (codes.get(code) ?? 0) + 1);
  });
  const tookMs = await server.stop();
  await Promise.all(closed);
  return [
    {
      what: `CPU with ${CROWD} idle connections`,
      figure: `${share.toFixed(1)} % of a core`,
      wanted: 'at most 3 %',
      isKept: share <= 3,
    },
    {
      what: `shutdown with ${CROWD} clients`,
      figure: `${(tookMs / 1_000).toFixed(2)} s`,
      wanted: 'at most 5 s',
      isKept: tookMs <= 5_000,
    },
    {
      what: 'close codes they saw',
      figure: Array.from(codes, ([code, count]) => `${code}: ${count}`).join(', '),
      wanted: 'all 1012',
      isKept: codes.size === 1 && codes.has(1012),
    },
  ];
}

const server = await HeldServer.start();
console.log(`${WARM_UP + CYCLES} connections, one after another ...`);
const held = await churn(server);
console.log(`${CROWD} connections at the same time ...`);
held.push(...(await crowd(server)));
console.log('Idle connections beside those of bare ws ...');
held.push(...(await idleMemory()));

const table = tableOfHeld(held);
console.log(table);
await writePage(
  'bench/load-results.md',
  `# What \`npm run load\` held\n\nNode ${process.version}, ${cpus().length} cores.\n\n${table}\n`,
);
if (held.some(({ isKept }) => !isKept)) process.exitCode = 1;
