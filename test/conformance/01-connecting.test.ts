import { describe, expect, it } from 'vitest';
import { ACCEPT_KEY, exchange } from './support/exchange.js';
import { frame } from './support/frames.js';
import { useTarget } from './support/target.js';

const target = useTarget();

describe('1.1 Path', () => {
  it('upgrades a good handshake and proves it with the accept key', async () => {
    const { status, headers } = await exchange(target.url);
    expect(status).toBe(101);
    expect(headers.get('sec-websocket-accept')).toBe(ACCEPT_KEY);
  });

  it.each(['?room=tea', '?', '?x=%00', '?x=%E0%A4%A', '?Token=a', '?__proto__=1'])(
    'does not take the query %s for a part of the path',
    async (query) => {
      expect((await exchange(target.url, { path: target.url.pathname + query })).status).toBe(101);
    },
  );

  it.each(['nowhere', 'ws2', 'constructor', '__proto__', '%00', '%E0%A4%A', 'WS'])(
    'refuses the unknown path /%s with 404',
    async (path) => {
      expect((await exchange(target.url, { path: `/${path}` })).status).toBe(404);
    },
  );

  it.each(['//', '/%', '//evil.example/ws', 'http://[/ws', '*'])(
    'refuses the odd request target %s and lives on',
    async (path) => {
      const { status } = await exchange(target.url, { path });
      expect([400, 404]).toContain(status);
      expect((await exchange(target.url)).status).toBe(101);
    },
  );
});

describe('1.2 Subprotocol', () => {
  it.each([
    ['bounce.v1.json', 'bounce.v1.json'],
    ['chat, bounce.v1.json', 'bounce.v1.json'],
    ['bounce.v1.json, chat', 'bounce.v1.json'],
    ['chat', undefined],
    ['constructor, __proto__', undefined],
    ['BOUNCE.V1.JSON', undefined],
  ])('offered "%s" selects %s', async (offered, selected) => {
    const { status, headers } = await exchange(target.url, {
      headers: { 'Sec-WebSocket-Protocol': offered },
    });
    expect(status).toBe(101);
    expect(headers.get('sec-websocket-protocol')).toBe(selected);
  });

  it('selects nothing where nothing was offered', async () => {
    expect((await exchange(target.url)).headers.has('sec-websocket-protocol')).toBe(false);
  });

  it('speaks the default codec with a client whose offers it does not know', async () => {
    const { messages } = await exchange(target.url, {
      headers: { 'Sec-WebSocket-Protocol': 'chat' },
      frames: [frame({ payload: '{"event":"ping","id":1}' })],
      messages: 1,
    });
    expect(messages).toMatchObject([{ event: 'pong', id: 1 }]);
  });
});

describe('1.3 Extensions', () => {
  it('negotiates no compression', async () => {
    const { status, headers } = await exchange(target.url, {
      headers: { 'Sec-WebSocket-Extensions': 'permessage-deflate; client_max_window_bits' },
    });
    expect(status).toBe(101);
    expect(headers.has('sec-websocket-extensions')).toBe(false);
  });
});

describe('1.4 Origin', () => {
  const withOrigin = async (origin: string, host: string): Promise<number> =>
    (await exchange(target.url, { headers: { Origin: origin, Host: host } })).status;

  it('allows a request without an origin', async () => {
    expect((await exchange(target.url)).status).toBe(101);
  });

  it.each([
    ['http://chat.example', 'chat.example'],
    ['https://chat.example', 'chat.example'],
    ['http://chat.example:8080', 'chat.example:8080'],
    ['http://CHAT.example', 'chat.EXAMPLE'],
    ['http://localhost:5173', 'localhost:3999'],
    ['http://localhost:5173', '127.0.0.1:3999'],
    ['http://127.0.0.1:5173', 'localhost:3999'],
    ['http://[::1]:5173', '127.0.0.1:3999'],
  ])('allows the origin %s for the host %s', async (origin, host) => {
    expect(await withOrigin(origin, host)).toBe(101);
  });

  it.each([
    ['http://evil.example', 'chat.example'],
    ['https://chat.example.evil.io', 'chat.example'],
    ['https://evil-chat.example', 'chat.example'],
    ['http://chat.example:8081', 'chat.example:8080'],
    ['http://sub.chat.example', 'chat.example'],
    ['http://localhost', 'chat.example'],
    ['http://chat.example', 'localhost:3999'],
    ['http://localhost.evil.io', 'localhost:3999'],
    ['http://127.0.0.1.evil.io', '127.0.0.1:3999'],
    ['null', 'chat.example'],
    ['null', 'localhost:3999'],
    ['nonsense', 'localhost:3999'],
    ['chat.example', 'chat.example'],
  ])('refuses the origin %s for the host %s with 403', async (origin, host) => {
    expect(await withOrigin(origin, host)).toBe(403);
  });
});

describe('1.5 Refusals', () => {
  it.each<[string, number, Record<string, string | null>]>([
    ['no key', 400, { 'Sec-WebSocket-Key': null }],
    ['a key that is too short', 400, { 'Sec-WebSocket-Key': 'c2hvcnQ=' }],
    ['no version', 400, { 'Sec-WebSocket-Version': null }],
    ['an unsupported version', 400, { 'Sec-WebSocket-Version': '7' }],
    ['another protocol to upgrade to', 400, { Upgrade: 'smoke-signals' }],
    ['an empty name among the subprotocols', 400, { 'Sec-WebSocket-Protocol': 'a,,b' }],
    ['an illegal name among the subprotocols', 400, { 'Sec-WebSocket-Protocol': 'a(b)' }],
    ['the same subprotocol twice', 400, { 'Sec-WebSocket-Protocol': 'a, a' }],
    ['20 KB of headers', 431, { 'X-Long': 'x'.repeat(20_000) }],
  ])('refuses a handshake with %s with %i', async (_what, status, headers) => {
    expect((await exchange(target.url, { headers })).status).toBe(status);
  });

  it('refuses another method than GET with 405', async () => {
    expect((await exchange(target.url, { method: 'POST' })).status).toBe(405);
  });

  it('refuses a request target of 20 000 characters with 431', async () => {
    const path = `${target.url.pathname}?token=${'x'.repeat(20_000)}`;
    expect((await exchange(target.url, { path })).status).toBe(431);
  });

  it('does not need a Host header that makes sense', async () => {
    const { status } = await exchange(target.url, { headers: { Host: '%%%' } });
    expect([101, 400]).toContain(status);
    expect((await exchange(target.url)).status).toBe(101);
  });
});

describe('1.6 Early messages', () => {
  it('handles in order what came together with the handshake', async () => {
    const ids = Array.from({ length: 20 }, (_value, index) => index);
    const { messages } = await exchange(target.url, {
      early: true,
      frames: ids.map((id) => frame({ payload: JSON.stringify({ event: 'echo', id }) })),
      messages: ids.length,
    });
    expect(messages).toMatchObject(ids.map((id) => ({ event: 'ack', id })));
  });
});
