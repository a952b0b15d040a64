import { randomUUID } from 'node:crypto';
import { setInterval as every } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { epoch, tokenOf } from '../support/tokens.js';
import { WsPeer } from '../support/ws-peer.js';
import { settled, untilAnswered } from './support/dialogue.js';
import { errorData } from './support/errors.js';
import { sendHalf } from './support/exchange.js';
import { startOwnServer } from './support/servers.js';
import { type Target, useTarget } from './support/target.js';

/** All kinds of servers at the same time, so that there is one long wait and not one for each. */
const targets: [string, Target][] =
  process.env['CONFORMANCE_URL'] === undefined
    ? [
        ['one server', useTarget()],
        ['one server on a Redis', useTarget(1)],
        ['three servers on a Redis', useTarget(3)],
      ]
    : [['that server', useTarget()]];

/** The rules whose subject is a span of seconds, side by side so that the suite waits for the longest only. */
describe.concurrent.each(targets)(
  'Rules that take seconds: %s',
  { timeout: 60_000 },
  (_servers, target) => {
    const patient = { timeoutMs: 50_000 };

    it.each([
      ['half a head', 'GET /ws HTTP/1.1\r\nHost: localhost\r\nUpgrade: web', [408]],
      ['nothing at all', '', [0, 408]],
    ])('1.5 A connection that sends %s is ended in about 10 s', async (_what, bytes, statuses) => {
      const startMs = performance.now();
      const { status } = await sendHalf(target.url, bytes);
      expect(statuses).toContain(status);
      expect(performance.now() - startMs).toBeLessThan(16_000);
    });

    it('5.6 A connection that needs a token is closed with 4408 when none has come in 10 s', async () => {
      const server = await startOwnServer({
        auth: 'required',
        redisUrl: target.redisUrl,
      });
      try {
        const peer = await WsPeer.connect(server.url);
        const startMs = performance.now();
        expect((await peer.closed).code).toBe(4408);
        const elapsedMs = performance.now() - startMs;
        expect(elapsedMs).toBeGreaterThan(9_500);
        expect(elapsedMs).toBeLessThan(12_000);
      } finally {
        await server.close();
      }
    });

    it('5.7 The end of a token is told, and closes with 4401 within 6 s', async () => {
      const exp = epoch(1);
      const peer = await WsPeer.connect(
        `${target.url.href}?token=${tokenOf('bob', { exp })}`,
        patient,
      );
      const { data } = await peer.next('error');
      expect(data).toEqual(errorData('expired_token'));
      expect((await peer.closed).code).toBe(4401);
      expect(Date.now() - exp * 1_000).toBeLessThan(6_000);
      await expect(peer.next()).rejects.toThrow('Not taken so far: []');
    });

    it('8.2 A handler that never ends is answered timeout after 10 s, and the next message is handled', async () => {
      const peer = await target.connect(patient);
      const startMs = performance.now();
      peer.send('fail', { kind: 'never' }, { id: 1 });
      peer.send('add', { a: 1, b: 2 }, { id: 2 });
      expect(await peer.next()).toMatchObject({
        event: 'error',
        id: 1,
        data: errorData('timeout', { event: 'fail' }),
      });
      const elapsedMs = performance.now() - startMs;
      expect(elapsedMs).toBeGreaterThan(9_500);
      expect(elapsedMs).toBeLessThan(12_000);
      expect(await peer.next()).toMatchObject({ event: 'ack', id: 2, data: 3 });
    });

    it('8.2 What a slow handler returns too late is dropped', async () => {
      const peer = await target.connect(patient);
      peer.send('slow', { ms: 11_000 }, { id: 1 });
      peer.send('slow', { ms: 2_000 }, { id: 2 });
      const answers = await untilAnswered(peer, 2);
      expect(answers.map(({ event, id }) => [event, id])).toEqual([
        ['error', 1],
        ['ack', 2],
      ]);
    });

    it('6.3 A stream has no time limit', async () => {
      const peer = await target.connect(patient);
      peer.send('count', { to: 4, everyMs: 4_000 }, { id: 1 });
      const items = await untilAnswered(peer, 1);
      expect(items.map(({ data }) => data)).toEqual([1, 2, 3, 4, null]);
    });

    it('8.5 A client that stays above the rate is closed with 4429 after about 5 s', async () => {
      const peer = await target.connect();
      const startMs = performance.now();
      let code: number | undefined;
      void peer.closed.then((closed) => (code = closed.code));
      let ticks = 0;
      for await (const _tick of every(50)) {
        if (code !== undefined || ++ticks === 400) break;
        for (let count = 0; count < 20; count++) peer.send('echo');
      }
      expect(code).toBe(4429);
      const elapsedMs = performance.now() - startMs;
      expect(elapsedMs).toBeGreaterThan(4_500);
      expect(elapsedMs).toBeLessThan(9_000);
    });

    it('8.5 A client at 90 messages a second is never refused', async () => {
      const peer = await target.connect(patient);
      let ticks = 0;
      for await (const _tick of every(100)) {
        for (let count = 0; count < 9; count++) peer.send('join', { room: 'steady' });
        if (++ticks === 80) break;
      }
      expect(await settled(peer)).toEqual([]);
    });

    it('8.5 The bucket holds 200, however long the connection was idle', async () => {
      const peer = await target.connect(patient);
      await peer.request('slow', { ms: 4_000 });
      const startMs = performance.now();
      for (let id = 0; id < 600; id++) peer.send('echo', id, { id });
      let acks = 0;
      for (let count = 0; count < 600; count++) if ((await peer.next()).event === 'ack') acks++;
      expect(acks).toBeGreaterThanOrEqual(199);
      expect(acks).toBeLessThanOrEqual(200 + (performance.now() - startMs) / 10 + 1);
    });

    it('8.6 Who is back within the grace was never away, and who is not leaves within a second of it', async () => {
      const room = `grace-${randomUUID()}`;
      const enter = async (user: string): Promise<WsPeer> => {
        const peer = await target.connect(patient);
        await peer.request('authenticate', { token: tokenOf(user) });
        await peer.request('show', { room });
        await peer.next('presence_state');
        return peer;
      };
      const watcher = await enter('carol');
      const [alice, bob] = [await enter('alice'), await enter('bob')];
      await alice.close();
      await enter('alice');
      const startMs = performance.now();
      await bob.close();
      let left: unknown[] = [];
      while (left.length === 0) {
        const { leaves } = (await watcher.next('presence_diff')).data as { leaves: unknown[] };
        left = leaves;
      }
      expect(left).toEqual([{ user: 'bob' }]);
      const elapsedMs = performance.now() - startMs;
      expect(elapsedMs).toBeGreaterThan(4_500);
      expect(elapsedMs).toBeLessThan(6_500);
    });

    it('11.1 A client that answers no ping is closed with 4408, one that answers stays', async () => {
      const [mute, sound] = [
        await target.connect({ ...patient, autoPong: false }),
        await target.connect(patient),
      ];
      const startMs = performance.now();
      expect((await mute.closed).code).toBe(4408);
      expect(performance.now() - startMs).toBeLessThan(38_000);
      expect((await sound.request('echo', 'still here')).data).toBe('still here');
    });
  },
);
