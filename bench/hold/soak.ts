import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import { setTimeout as wait } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import type { WebSocket } from 'ws';
import { connect, connectMany } from './crowd.js';
import { HeldServer } from './held-server.js';
import { soakPlot, type Sample } from './soak-plot.js';

const MEBIBYTE = 1024 * 1024;
const ROOM_SIZE = 10;
const SECONDS_BETWEEN_SAMPLES = 5;
const WARM_UP_SHARE = 0.3;

const { values } = parseArgs({
  options: {
    minutes: { type: 'string', default: '60' },
    clients: { type: 'string', default: '1000' },
    rate: { type: 'string', default: '200' },
    churn: { type: 'string', default: '5' },
  },
});
const minutes = Number(values.minutes);
const clientCount = Number(values.clients);
const perSecond = Number(values.rate);
const churnPercent = Number(values.churn);

/** One client, in one room, that counts what it gets. Each room's messages are numbered by who sends them. */
class Member {
  received = 0;
  disorder = 0;
  readonly #last = new Map<string, number>();

  constructor(
    readonly socket: WebSocket,
    readonly room: string,
    private readonly delaysMs: number[],
  ) {
    socket.on('message', (frame: Buffer) => this.#note(frame.toString()));
    socket.send(JSON.stringify({ event: 'join', data: { room } }));
  }

  #note(frame: string): void {
    const { event, data } = JSON.parse(frame) as {
      event: string;
      data: { n: number; from: string };
    };
    if (event !== 'said') return;
    const sentAt = sentAtMs.get(data.n);
    if (sentAt !== undefined) this.delaysMs.push(performance.now() - sentAt);
    // Of one sender: what two of them say at the same time may arrive either way.
    if (data.n <= (this.#last.get(data.from) ?? 0)) this.disorder++;
    this.#last.set(data.from, data.n);
    this.received++;
  }
}

const sentAtMs = new Map<number, number>();
const delaysMs: number[] = [];
let sent = 0;
let expected = 0;
let gone = { received: 0, disorder: 0 };

const server = await HeldServer.start();
const roomOf = (index: number): string => `room-${Math.floor(index / ROOM_SIZE)}`;
const members = (await connectMany(server.url, clientCount)).map(
  (socket, index) => new Member(socket, roomOf(index), delaysMs),
);
await wait(1_000);

/** Has somebody say something to a room; everybody in it should get it. */
function say(): void {
  const member = members[Math.floor(Math.random() * members.length)]!;
  const n = ++sent;
  sentAtMs.set(n, performance.now());
  sentAtMs.delete(n - perSecond * 30);
  member.socket.send(JSON.stringify({ event: 'say', data: { room: member.room, n } }));
  expected += members.filter(({ room }) => room === member.room).length;
}

/** Lets one client go and another one come, while nobody speaks: who is in a room is then beyond doubt. */
async function replaceOne(): Promise<void> {
  const index = Math.floor(Math.random() * members.length);
  const old = members[index]!;
  gone = { received: gone.received + old.received, disorder: gone.disorder + old.disorder };
  old.socket.close(1000);
  await once(old.socket, 'close');
  const member = new Member(await connect(server.url), old.room, delaysMs);
  members[index] = member;
  const pong = once(member.socket, 'pong');
  member.socket.ping();
  await pong;
}

function sumOf(field: 'received' | 'disorder'): number {
  return members.reduce((sum, member) => sum + member[field], gone[field]);
}

async function sample(second: number): Promise<Sample> {
  const { rssBytes, heapBytes, resources } = await server.vitals();
  const sorted = delaysMs.splice(0).toSorted((a, b) => a - b);
  return {
    second,
    rssMegabytes: rssBytes / MEBIBYTE,
    heapMegabytes: heapBytes / MEBIBYTE,
    p99Ms: sorted[Math.floor(sorted.length * 0.99)] ?? 0,
    lost: expected - sumOf('received'),
    resources,
  };
}

const samples: Sample[] = [];
const startedAt = performance.now();
const seconds = minutes * 60;
for (let second = 1; second <= seconds; second++) {
  const until = startedAt + second * 1_000;
  for (let n = 0; n < perSecond; n++) {
    say();
    if (n % 20 === 19) await wait(Math.max(0, (until - performance.now()) / (perSecond / 20) / 2));
  }
  // What was said has arrived before somebody leaves.
  for (let turn = 0; turn < 50 && sumOf('received') < expected; turn++) await wait(10);
  const leaving = (clientCount * churnPercent) / 100 / 60;
  for (
    let one = 0;
    one < Math.round(leaving * second) - Math.round(leaving * (second - 1));
    one++
  ) {
    await replaceOne();
  }
  if (second % SECONDS_BETWEEN_SAMPLES === 0) {
    const now = await sample(second);
    samples.push(now);
    console.log(
      `${second} s: ${now.rssMegabytes.toFixed(1)} MB, heap ${now.heapMegabytes.toFixed(1)} MB, ` +
        `p99 ${now.p99Ms.toFixed(1)} ms, ${sent} sent, ${now.lost} lost`,
    );
  }
  await wait(Math.max(0, until - performance.now()));
}

/** Megabytes an hour, by the least squares after the warm-up. */
function slope(of: (one: Sample) => number): number {
  const warm = samples.slice(Math.floor(samples.length * WARM_UP_SHARE));
  const meanX = warm.reduce((sum, { second }) => sum + second, 0) / warm.length;
  const meanY = warm.reduce((sum, one) => sum + of(one), 0) / warm.length;
  const above = warm.reduce((sum, one) => sum + (one.second - meanX) * (of(one) - meanY), 0);
  const below = warm.reduce((sum, { second }) => sum + (second - meanX) ** 2, 0);
  return (above / below) * 3_600;
}

const received = sumOf('received');
const summary = [
  `# What \`npm run soak -- --minutes ${minutes}\` held`,
  '',
  `${clientCount} clients in rooms of ${ROOM_SIZE}, ${perSecond} messages a second, ${churnPercent} % of the clients replaced a minute.`,
  '',
  '| measure | held |',
  '| --- | --- |',
  `| messages sent, deliveries expected, received | ${sent}, ${expected}, ${received} |`,
  `| lost, out of order | ${expected - received}, ${sumOf('disorder')} |`,
  `| slope of resident memory, of the heap | ${slope((one) => one.rssMegabytes).toFixed(1)} MB/h, ${slope((one) => one.heapMegabytes).toFixed(1)} MB/h |`,
  `| handles, first and last | ${samples[0]?.resources}, ${samples.at(-1)?.resources} |`,
  `| delay, 99th percentile, worst sample | ${Math.max(...samples.map(({ p99Ms }) => p99Ms)).toFixed(1)} ms |`,
  '',
  '![Memory, delay and losses](soak.svg)',
  '',
].join('\n');
console.log(summary);
await writeFile('bench/soak-results.md', summary);
await writeFile('bench/soak.svg', soakPlot(samples));
for (const { socket } of members) socket.terminate();
await server.stop();
if (received !== expected || sumOf('disorder') > 0) process.exitCode = 1;
