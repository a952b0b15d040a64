import { describe, expect, it } from 'vitest';
import {
  FailingEnhancersGateway,
  failingMiddleware,
  ran,
  SECRET_TEXT,
  WAYS,
} from './support/failing-enhancers.gateway.js';
import { hostileModule, useHostileApp } from './support/hostile-app.js';

const hostile = useHostileApp({
  module: hostileModule([FailingEnhancersGateway], {
    handlerTimeoutMs: 100,
    middleware: [failingMiddleware],
  }),
});

/** What each failure is answered, unless it is a WsException, whose code is that of the place it comes from. */
const CODES = new Map([
  ['a BounceWsError', 'unavailable'],
  ['a ForbiddenException', 'forbidden'],
  ['a BadRequestException', 'invalid_payload'],
  ['nothing at all, ever', 'timeout'],
]);

/** Where it fails, what a WsException from there means, and whether its handler has run by then. */
const PLACES: [event: string, wsCode: string, runs: boolean][] = [
  ['guard', 'forbidden', false],
  ['pipe', 'invalid_payload', false],
  ['interceptor', 'internal_error', false],
  ['behind_middleware', 'forbidden', false],
  ['late interceptor', 'internal_error', true],
  ['filter', 'internal_error', true],
  // What a stream failed with is a failure of its own, and has no time limit.
  ['filter of a stream', 'internal_error', true],
];

describe('what fails in front of, around or behind a handler', () => {
  it.each(PLACES)(
    'is answered with its code, and lets nothing pass: %s',
    async (event, wsCode, runs) => {
      const peer = await hostile.connect();
      const ways = event === 'filter of a stream' ? WAYS.slice(0, -1) : WAYS;
      for (const how of ways) {
        const code = how === 'a WsException' ? wsCode : (CODES.get(how) ?? 'internal_error');
        // What never ends is never late either.
        for (const later of how === 'nothing at all, ever' ? [false] : [false, true]) {
          ran.length = 0;
          peer.send(event, { how, later }, { id: how });
          const answer = await peer.next();
          expect([how, answer]).toMatchObject([how, { event: 'error', id: how, data: { code } }]);
          peer.send(event, { how, later });
          const said = await peer.next();
          expect([how, said]).toMatchObject([how, { event: 'error', data: { code } }]);
          expect(JSON.stringify([answer, said])).not.toContain(SECRET_TEXT);
          expect(ran).toEqual(runs ? [event, event] : []);
          // The next one is handled, and nothing else came before its answer.
          expect((await peer.request('rooms')).data).toEqual([]);
          expect(await peer.barrier()).toEqual([]);
        }
      }
    },
  );

  it('lets nothing pass either when a guard says no in a way of its own', async () => {
    const peer = await hostile.connect();
    ran.length = 0;
    for (const how of ['undefined', 'zero', 'nothing', 'never', 'something else']) {
      const { event, data } = await peer.request('refusing guard', { how });
      expect([how, event]).toEqual([how, 'error']);
      expect(['forbidden', 'internal_error']).toContain((data as { code: string }).code);
    }
    expect(ran).toEqual([]);
  });
});
