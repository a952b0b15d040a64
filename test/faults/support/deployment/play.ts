import { expect } from 'vitest';
import { sendToRedis } from '../../../support/resp.js';
import { eventually } from '../eventually.js';
import { Deployment, type DeploymentOptions } from './deployment.js';
import { milliseconds, note, type Task } from './figures.js';
import type { Testimony } from './testimony.js';
import { Witness } from './witness.js';

const LONGEST_P99_MS = 100;
const LEASES = 'bounce:nodes';
const SETUP_MS = 30_000;
/** What a node told of itself that died is not renewed for ten seconds then; who left is forgotten as soon. */
const CLEAN_MS = 20_000;
/** What a promise still holds goes with it. */
const COLLECTED_MS = 10_000;

/** The plays of a file that are not set up yet. */
let unready = 0;

/** What a test of a fault has to do with. */
export interface Stage extends Pick<Deployment, 'redis' | 'lines' | 'nodes' | 'entrances'> {
  readonly deployment: Deployment;
  readonly witness: Witness;
  /** Notes what had to hold, and what was seen, for the record. */
  readonly note: (must: string, seen: string) => void;
}

/**
 * Runs a play on a deployment of its own, with a witness from its beginning to its end. Afterwards holds what RELIABILITY
 * promises of every fault: nothing is lost without excuse, no process has ended or complained, and nothing is left.
 */
export async function play(
  task: Task,
  act: (stage: Stage) => Promise<void>,
  options?: DeploymentOptions,
): Promise<void> {
  const deployment = await setUp(options);
  try {
    const before = await inventory(deployment);
    const witness = await Witness.start(deployment);
    try {
      await act({
        ...pick(deployment),
        deployment,
        witness,
        note: (must, seen) => note(task, must, seen),
      });
      expectTruth(task, await witness.stop());
    } finally {
      witness.end();
    }
    await eventually(async () => expect(await inventory(deployment)).toEqual(before), CLEAN_MS);
    for (const node of deployment.nodes) {
      expect((await node.possessions()).pid).toBe(node.pid);
      await eventually(async () => expect(await node.sockets()).toBe(0), COLLECTED_MS);
      expect(node.complaints).toEqual([]);
    }
    await deployment.stopNodes();
    await expectNoKeys(deployment);
  } finally {
    await deployment.stop();
  }
}

/** Starts a deployment, and waits for those of plays that began at the same time: a process that starts needs a processor. */
async function setUp(options?: DeploymentOptions): Promise<Deployment> {
  unready++;
  try {
    return await Deployment.start(options);
  } finally {
    unready--;
    await eventually(() => expect(unready).toBe(0), SETUP_MS);
  }
}

/** Expects that Redis is empty. That a node has died is remembered, for an hour. */
async function expectNoKeys(deployment: Deployment): Promise<void> {
  const { nodes, redis } = deployment;
  const hasDeath = nodes.some(({ wasKilled }) => wasKilled);
  expect(await deployment.keysLeft()).toEqual(hasDeath ? [LEASES] : []);
  if (hasDeath) expect(await sendToRedis(redis.port, 'PTTL', LEASES)).toMatch(/^:[1-9]/);
}

function pick({ redis, lines, nodes, entrances }: Deployment) {
  return { redis, lines, nodes, entrances };
}

function expectTruth(task: Task, testimony: Testimony): void {
  const { said, heard, lostOnNode, lostBetweenNodes, disordered, twoOrders } = testimony;
  const { lostWithExcuse, missedWhileAway, p99OnNodeMs, p99BetweenNodesMs } = testimony;
  expect(testimony).toMatchObject({
    disordered: 0,
    twoOrders: 0,
    lostOnNode: 0,
    lostBetweenNodes: 0,
  });
  expect(p99OnNodeMs, 'the delay on a node').toBeLessThanOrEqual(LONGEST_P99_MS);
  expect(p99BetweenNodesMs, 'the delay between nodes').toBeLessThanOrEqual(LONGEST_P99_MS);
  note(
    task,
    'witness: nothing lost on a node or, the fault aside, between nodes; one order; nothing twice',
    `${said} said, ${heard} heard; lost ${lostOnNode} and ${lostBetweenNodes}; ` +
      `out of order or twice ${disordered + twoOrders}; ` +
      `${lostWithExcuse} not carried during the fault, ${missedWhileAway} to who was away`,
  );
  note(
    task,
    'witness: delay, 99th percentile, at most 100 ms',
    `${milliseconds(p99OnNodeMs)} on a node, ${milliseconds(p99BetweenNodesMs)} between nodes`,
  );
}

/** What must be the same after a play as before it. */
async function inventory(deployment: Deployment): Promise<object> {
  const nodes = await Promise.all(
    deployment.nodes.map(async (node) => {
      const { connections, rooms, online, timers, prototype, processListeners } =
        await node.possessions();
      return { connections, rooms, online, timers, prototype, processListeners };
    }),
  );
  return { nodes, redisKeys: await deployment.redisKeys() };
}
