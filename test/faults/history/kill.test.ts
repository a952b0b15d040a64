import { describe, expect, test } from 'vitest';
import { seconds } from '../support/deployment/figures.js';
import { play } from '../support/deployment/play.js';
import { SIZES } from '../support/deployment/sizes.js';
import { eventually } from '../support/eventually.js';
import { playWithClub } from './support/club.js';
import { NOTHING_MISSED } from './support/verdict.js';

const ROOM_SIZE = 30;

describe('three nodes whose rooms have history', () => {
  test('SIGKILL of one: its members come back to the others, and have missed nothing', ({ task }) =>
    play(task, async (stage) => {
      const { nodes, note } = stage;
      const members = SIZES.membersOfAKill;
      const rooms = Math.ceil(members / ROOM_SIZE);
      let dropped = 0;
      const verdict = await playWithClub(stage, { members, rooms }, async (club) => {
        const lost = club.members.filter(({ home }) => home === 2);
        dropped = lost.length;
        club.loses(2);
        const killedAt = performance.now();
        await nodes[2].kill();
        await eventually(() => {
          // Their names: to show what differs, whole members with their sockets are taken apart.
          const away = lost.filter(({ absences }) => absences.length === 0);
          expect(away.map(({ id }) => id)).toEqual([]);
        }, 10_000);
        note(`all ${dropped} of it back within 10 s`, seconds(performance.now() - killedAt));
        note('what is said from then on heard by all', seconds(await club.isNumbered(2_000)));
      });
      expect(verdict).toMatchObject({ ...NOTHING_MISSED, recoveries: dropped });
      await nodes[2].restart();
    }));
});
