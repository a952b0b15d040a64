import { connect as dial } from 'node:net';
import { text } from 'node:stream/consumers';
import type { Server } from 'node:http';
import { describe, expect, it } from 'vitest';
import { type Exchange, exchange } from '../conformance/support/exchange.js';
import { frame } from '../conformance/support/frames.js';
import { RawPeer } from '../support/raw-peer.js';
import { useApps } from '../support/use-apps.js';
import { UpgradeRefused, WsPeer } from '../support/ws-peer.js';
import { useHostileApp } from './support/hostile-app.js';

const hostile = useHostileApp();
const start = useApps();

describe('a handshake', () => {
  it.each<[string, number, Exchange]>([
    ['without a key', 400, { headers: { 'Sec-WebSocket-Key': null } }],
    ['with a key that is none', 400, { headers: { 'Sec-WebSocket-Key': 'short' } }],
    ['of a version that is none', 400, { headers: { 'Sec-WebSocket-Version': '99' } }],
    ['without a version', 400, { headers: { 'Sec-WebSocket-Version': null } }],
    ['by POST', 405, { method: 'POST' }],
    ['with 20 KB of headers', 431, { headers: { 'X-Fill': 'x'.repeat(20_000) } }],
    ['with an illegal subprotocol', 400, { headers: { 'Sec-WebSocket-Protocol': 'a,,b' } }],
    ['to an unknown path', 404, { path: '/nothing' }],
    ['with a token of 20 000 characters', 431, { path: `/ws?token=${'x'.repeat(20_000)}` }],
  ])('%s is refused with %i', async (_what, expected, options) => {
    expect((await exchange(hostile.url, options)).status).toBe(expected);
  });

  it.each([
    ['?token=%00', 401],
    ['?token=%E0%A4%A', 401],
    ['?token=a&token=b', 401],
    ['?%', 101],
    ['?__proto__=1', 101],
  ])('with the query %s throws nowhere, and is answered %i', async (query, expected) => {
    expect((await exchange(hostile.url, { path: `/ws${query}` })).status).toBe(expected);
  });

  it.each([
    'https://example.com',
    'null',
    'file://',
    'https://app.example.com.evil.io',
    'http://127.0.0.1.evil.io',
    'garbage',
  ])('from the origin %s is refused with 403 before the upgrade', async (origin) => {
    const { status } = await exchange(hostile.url, { headers: { Origin: origin } });
    expect(status).toBe(403);
  });

  it.each([
    ['https://app.example.com:8443', 'app.example.com', 403],
    ['https://app.example.com', 'app.example.com:8443', 403],
    ['http://localhost:5173', 'app.example.com', 403],
    ['http://app.example.com:5173', 'localhost', 403],
    ['http://localhost:5173', '127.0.0.1:3000', 101],
  ])('from another port, %s at %s, is answered %i', async (origin, host, expected) => {
    const headers = { Origin: origin, Host: host };
    expect((await exchange(hostile.url, { headers })).status).toBe(expected);
  });

  it('that is silent, half, or a byte now and then is answered 408 in about 10 s', async () => {
    const { port } = hostile.url;
    const startedAt = performance.now();
    const answers = ['', 'GET /ws HTTP/1.1\r\nHost: x\r\nUpgr', 'GET /ws HTTP/1.1\r\nX: '].map(
      async (bytes, index) => {
        const socket = dial(Number(port), '127.0.0.1');
        socket.write(bytes);
        const drip = index === 2 ? setInterval(() => socket.write('y'), 100) : undefined;
        socket.on('error', () => undefined);
        const answer = await text(socket).catch(() => 'reset');
        clearInterval(drip);
        return answer;
      },
    );
    const [silent, half, dripped] = await Promise.all(answers);
    expect(silent).toMatch(/^HTTP\/1\.1 408 /);
    expect(half).toMatch(/^HTTP\/1\.1 408 /);
    expect(dripped).toMatch(/^HTTP\/1\.1 408 |^reset$/);
    expect(performance.now() - startedAt).toBeGreaterThan(9_500);
    expect(performance.now() - startedAt).toBeLessThan(13_000);
  });

  it('that is reset half-way, a hundred times, leaves nothing', async () => {
    for (let n = 0; n < 100; n++) {
      const raw = await RawPeer.dial(Number(hostile.url.port));
      raw.sendUpgrade('/ws');
      raw.socket.resetAndDestroy();
      await raw.closed;
    }
  });

  it('that brings 20 frames along has all of them handled in order', async () => {
    const frames = Array.from({ length: 20 }, (_value, id) =>
      frame({ payload: JSON.stringify({ event: 'echo', id, data: id }) }),
    );
    const { messages } = await exchange(hostile.url, { frames, early: true, messages: 20 });
    expect(messages).toMatchObject(frames.map((_frame, id) => ({ event: 'ack', id, data: id })));
  });

  it('over the cap of connections is refused with 503, and those that are there stay', async () => {
    const { url } = await start({ options: { maxConnections: 2 } });
    const peers = [await WsPeer.connect(url), await WsPeer.connect(url)];
    for (let n = 0; n < 20; n++) {
      const refused: unknown = await WsPeer.connect(url).catch((error: unknown) => error);
      expect(refused).toBeInstanceOf(UpgradeRefused);
      expect(refused).toMatchObject({ status: 503, headers: { 'retry-after': '1' } });
    }
    for (const peer of peers) await peer.barrier();
  });

  it("to another library's path on the same server is left alone", async () => {
    const { app, port, url } = await start();
    (app.getHttpServer() as Server).on('upgrade', ({ url: path }, stream) => {
      if (path === '/other') stream.end('HTTP/1.1 418 Theirs\r\nConnection: close\r\n\r\n');
    });
    const { status } = await exchange(new URL(`ws://127.0.0.1:${port}/other`));
    expect(status).toBe(418);
    await (await WsPeer.connect(url)).barrier();
  });
});
