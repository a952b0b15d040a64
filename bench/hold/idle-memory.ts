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

/** What a connection costs that is signed in, online, in a room and silent, beside one of bare `ws`. */
export async function idleMemory(): Promise<Held[]> {
  const costs = { online: [] as Cost[], seen: [] as Cost[], bare: [] as Cost[] };
  for (let round = 0; round < ROUNDS; round++) {
    costs.online.push(await costOf('bounce-ws/signed-in', '/?token={n}'));
    costs.seen.push(await costOf('bounce-ws/signed-in', '/?token={n}&seen'));
    costs.bare.push(await costOf('ws/echo', '/'));
  }
  const bare = middleOf(costs.bare);
  const online = middleOf(costs.online);
  return [
    {
      what: 'memory of an idle connection with a user who is online, one room and 100 handlers',
      figure: compare(online, bare),
      wanted: `at most ${LONGEST_RATIO}x bare ws`,
      isKept: online.resident / bare.resident <= LONGEST_RATIO,
    },
    {
      what: 'the same when the user also shows up in the presence of the room',
      figure: compare(middleOf(costs.seen), bare),
      wanted: 'told, not limited',
      isKept: true,
    },
  ];
}

function middleOf(costs: readonly Cost[]): Cost {
  return {
    resident: median(costs.map(({ resident }) => resident)),
    held: median(costs.map(({ held }) => held)),
  };
}

function compare(our: Cost, bare: Cost): string {
  const kilobytes = (bytes: number): string => (bytes / KIBIBYTE).toFixed(1);
  return (
    `${(our.resident / bare.resident).toFixed(2)}x: ${kilobytes(our.resident)} KB, bare ws ${kilobytes(bare.resident)} KB; ` +
    `of it on the heap ${kilobytes(our.held)} KB and ${kilobytes(bare.held)} KB`
  );
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
