import { setTimeout as wait } from 'node:timers/promises';
import { Child } from '../harness/child.js';
import { median } from '../harness/median.js';
import type { LoadCalls } from '../load/load-calls.interface.js';
import type { ServerCalls, ServerSettings } from '../servers/support/server-calls.interface.js';
import type { Held } from './held.js';

const ROUNDS = 3;
const FIRST = 2_000;
const MORE = 6_000;
const SETTLE_MS = 1_000;
const LONGEST_RATIO = 1.5;
const KIBIBYTE = 1024;

const SETTINGS: ServerSettings = { handlers: 100, encodeOnce: false };

/** What a connection costs, in bytes. */
interface Cost {
  readonly resident: number;
  /** What nothing can collect, in the heap of V8 and outside of it. */
  readonly held: number;
}

/** What a connection costs that was signed in, sits in a room, shows up there and is silent, beside one of bare `ws`. */
export async function idleMemory(): Promise<Held[]> {
  const ours: Cost[] = [];
  const bare: Cost[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    ours.push(await costOf('bounce-ws/signed-in', '/?token={n}'));
    bare.push(await costOf('ws/echo', '/'));
  }
  const kilobytes = (costs: readonly Cost[], of: (cost: Cost) => number): string =>
    (median(costs.map(of)) / KIBIBYTE).toFixed(1);
  const resident = ({ resident: bytes }: Cost): number => bytes;
  const held = ({ held: bytes }: Cost): number => bytes;
  const ratio = median(ours.map(resident)) / median(bare.map(resident));
  return [
    {
      what: 'idle connection with a user, a room, presence and 100 handlers, resident memory',
      figure:
        `${ratio.toFixed(2)}x: ${kilobytes(ours, resident)} KB, bare ws ${kilobytes(bare, resident)} KB; ` +
        `of it on the heap ${kilobytes(ours, held)} KB and ${kilobytes(bare, held)} KB`,
      wanted: `at most ${LONGEST_RATIO}x bare ws`,
      isKept: ratio <= LONGEST_RATIO,
    },
  ];
}

/** Memory is read with some connections and with many more: what a process needs once does not count. */
async function costOf(name: string, path: string): Promise<Cost> {
  const server = new Child<ServerCalls>({
    program: new URL(`../servers/${name}.server.js`, import.meta.url),
    args: [JSON.stringify(SETTINGS)],
    nodeFlags: ['--expose-gc', '--disable-warning=ExperimentalWarning'],
    core: undefined,
  });
  const load = new Child<LoadCalls>({
    program: new URL('../load/main.js', import.meta.url),
    core: undefined,
  });
  try {
    const port = await server.call('port');
    const costWith = async (connections: number): Promise<Cost> => {
      await load.call('connect', { port, protocol: 'json', path, connections });
      await wait(SETTLE_MS);
      const held = await server.call('settledHeap');
      return { held, resident: await server.call('leanRss') };
    };
    const before = await costWith(FIRST);
    const after = await costWith(MORE);
    return {
      resident: (after.resident - before.resident) / MORE,
      held: (after.held - before.held) / MORE,
    };
  } finally {
    await load.stop();
    await server.stop();
  }
}
