import { expect, test } from 'vitest';
import { expectNoUnhandledErrors } from '../support/unhandled.js';
import { eventually } from './support/eventually.js';
import { play } from './support/presence-stage.js';

expectNoUnhandledErrors();

/** Long enough to look at who has it. */
const GRACE_MS = 4_000;

test('a node that stops while Redis answers slowly tells who came and went last', () =>
  play(
    async ({ proxy, one, two }) => {
      const fay = await two.connect('fay');
      await eventually(() => expect(one.changesOf('fay')).toEqual(['+fay']), 2_000);
      proxy.latency(200);
      // While this one is announced, the others have to wait.
      await two.connect('dan');
      await two.connect('eve');
      await fay.request('sign_out');
      await two.stop();
      await eventually(() => expect(one.changesOf('fay')).toEqual(['+fay', '-fay']), 1_000);
      // They have the grace to come back to the other node.
      expect(await one.online()).toEqual(expect.arrayContaining(['dan', 'eve']));
      for (const user of ['dan', 'eve']) {
        const told = [`+${user}`, `-${user}`];
        await eventually(() => expect(one.changesOf(user)).toEqual(told), GRACE_MS + 1_000);
      }
    },
    { graceMs: GRACE_MS },
  ));
