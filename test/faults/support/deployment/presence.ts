import { expect } from 'vitest';
import { eventually } from '../eventually.js';
import type { NodeProcess } from './node-process.js';
import type { Witness } from './witness.js';

/** Some who came together. */
export interface Company {
  readonly userIds: readonly string[];
  readonly rooms: ReadonlyMap<string, readonly string[]>;
}

/** Everybody who is there. */
export function usersOf(witness: Witness, ...crowds: readonly Company[]): string[] {
  return [
    ...witness.talkers.map(({ userId }) => userId),
    ...crowds.flatMap(({ userIds }) => userIds),
  ].toSorted();
}

/**
 * Expects that each of these nodes knows who is online on all of them, and who shows up in which room, within so many
 * milliseconds.
 *
 * @returns how long that took
 */
export async function isExact(
  nodes: readonly NodeProcess[],
  users: readonly string[],
  crowd: Company,
  withinMs: number,
): Promise<number> {
  const startedAt = performance.now();
  for (const node of nodes) {
    await eventually(
      async () => {
        expect((await node.online()).toSorted()).toEqual(users);
        const members = [...crowd.rooms.values()].map((names) => names.toSorted());
        expect(await node.rooms([...crowd.rooms.keys()])).toEqual(members);
      },
      withinMs - (performance.now() - startedAt),
    );
  }
  return performance.now() - startedAt;
}

/** Expects that, to these nodes, everybody came once and nobody went. */
export async function expectNobodySeemedToGo(
  nodes: readonly NodeProcess[],
  users: readonly string[],
): Promise<void> {
  for (const node of nodes) {
    expect((await node.changes()).toSorted()).toEqual(users.map((userId) => `+${userId}`));
  }
}

/**
 * Expects that, to these nodes, everybody is there who came, and was never seen coming twice or going twice in a row. A node
 * that finds its way back to Redis more than a lease after the others is a dead one to them until then.
 */
export async function expectEverybodyCameBack(
  nodes: readonly NodeProcess[],
  users: readonly string[],
): Promise<void> {
  for (const node of nodes) {
    const changes = await node.changes();
    for (const userId of users) {
      const signs = changes.filter((change) => change.slice(1) === userId).map(([sign]) => sign);
      expect(signs.join(''), userId).toMatch(/^\+(-\+)*$/);
    }
  }
}
