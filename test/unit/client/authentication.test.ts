/* oxlint-disable unicorn/prefer-add-event-listener -- these properties are what is tested */
import { inspect } from 'node:util';
import { WebSocket } from 'ws';
import { describe, expect, it, vi } from 'vitest';
import type { StateChange } from '../../../lib/client/index.js';
import { expectNoUnhandledErrors } from '../../support/unhandled.js';
import { changeTo, ClientFixture, nextData, reportedError } from './client-fixture.js';

/** Tokens that can be told apart: `token-1`, `token-2`, ... */
function tokens(): () => string {
  let count = 0;
  return () => `token-${++count}`;
}

describe('getToken', () => {
  const fixture = new ClientFixture();
  expectNoUnhandledErrors();

  it('is called before each connection, and its token is in the address', async () => {
    const client = fixture.client({ getToken: tokens() });
    const first = await fixture.server.accept();
    expect(first.path).toBe('/?token=token-1');
    const back = changeTo(client, 'connected');
    first.drop();
    expect((await fixture.server.accept()).path).toBe('/?token=token-2');
    await back;
    expect(client.url).toBe(fixture.server.url);
  });

  it('may take its time, and may need more than one attempt', async () => {
    let attempts = 0;
    const client = fixture.client({
      getToken: async () => {
        await new Promise(setImmediate);
        attempts += 1;
        if (attempts === 1) throw new Error('the token service is down');
        return 'at last';
      },
    });
    const error = reportedError(client);
    const lost = changeTo(client, 'disconnected');
    expect(client.state).toBe('connecting');
    expect(await error).toEqual(new Error('the token service is down'));
    expect(await lost).toMatchObject({ code: 1006, reason: 'Error: getToken failed' });
    expect((await fixture.server.accept()).path).toBe('/?token=at%20last');
  });

  it('is given up like a connection when it never comes back', async () => {
    const client = fixture.client({
      getToken: () => new Promise<string>(() => undefined),
      connectTimeoutMs: 20,
    });
    expect(await changeTo(client, 'disconnected')).toMatchObject({ reason: 'connect timeout' });
    expect(fixture.server.accepted).toBe(0);
  });

  it.each([undefined, null, ''])('opens without a token when it returns %j', async (none) => {
    fixture.client({ getToken: () => none });
    expect((await fixture.server.accept()).path).toBe('/');
  });

  it('leaves the rest of the address as it is, and no character of a token in it unescaped', async () => {
    const url = `${fixture.server.url}ws?room=a%20b+c`;
    fixture.client({ getToken: () => 'a+b/c=&d#e?' }, url);
    const { path } = await fixture.server.accept();
    expect(path).toBe('/ws?room=a%20b+c&token=a%2Bb%2Fc%3D%26d%23e%3F');
  });

  it('may end it all with close()', async () => {
    const client = fixture.client({
      autoConnect: false,
      getToken: () => {
        client.close(3000, 'signed out');
        return 'unused';
      },
    });
    const gone = new Promise((resolve) => {
      client.onclose = resolve;
    });
    await expect(client.connect()).rejects.toMatchObject({ details: { code: 3000 } });
    await gone;
    expect(fixture.server.accepted).toBe(0);
  });

  it('is what brings a client back after 4401', async () => {
    const client = fixture.client({ getToken: tokens() });
    const back = changeTo(client, 'disconnected');
    (await fixture.server.accept()).close(4401, 'expired');
    expect(await back).toMatchObject({ code: 4401, reason: 'expired' });
    expect((await fixture.server.accept()).path).toBe('/?token=token-2');
  });

  it('is missed after 4401: without it the client is closed', async () => {
    const [client, peer] = await fixture.pair();
    const closed = changeTo(client, 'closed');
    peer.close(4401, 'expired');
    expect(await closed).toMatchObject({ code: 4401 });
  });

  it('renews the token on the open connection when the server asks for it', async () => {
    const [client, peer] = await fixture.pair({ getToken: tokens() });
    const asked = nextData(client, 'authenticate');
    peer.send('authenticate', { expiresInMs: 30_000 });
    const frame = await peer.next();
    expect(frame).toMatchObject({ event: 'authenticate', data: { token: 'token-2' } });
    peer.ack(frame);
    expect(await asked).toEqual({ expiresInMs: 30_000 });
    const end = nextData(client, 'end');
    peer.send('end');
    await end;
    expect(fixture.server.accepted).toBe(1);
    // A new connection comes with a new token, so the renewed one is not told again.
    peer.drop();
    const again = await fixture.server.accept();
    expect(again.path).toBe('/?token=token-3');
    await client.connect();
    client.emit('next');
    expect((await again.next()).event).toBe('next');
  });

  it('that fails to renew is reported, and the connection goes on', async () => {
    let calls = 0;
    const [client, peer] = await fixture.pair({
      getToken: () => {
        if (++calls === 2) throw new Error('the token service is down');
        return 'token';
      },
    });
    const error = reportedError(client);
    peer.send('authenticate');
    expect(await error).toEqual(new Error('the token service is down'));
    expect(client.state).toBe('connected');
  });
});

describe("tokenIn: 'message'", () => {
  const fixture = new ClientFixture();

  it('tells the token in the first message of each connection, and never in the address', async () => {
    const client = fixture.client({ getToken: tokens(), tokenIn: 'message', autoConnect: false });
    void client.subscribe('clock');
    client.emit('queued');
    void client.connect();
    for (const token of ['token-1', 'token-2']) {
      const peer = await fixture.server.accept();
      expect(peer.path).toBe('/');
      const frame = await peer.next();
      expect(frame).toMatchObject({ event: 'authenticate', data: { token } });
      peer.ack(frame);
      expect((await peer.next()).event).toBe('subscribe');
      peer.drop();
    }
  });

  it('reports a refused token, and comes with another one after 4401', async () => {
    const client = fixture.client({ getToken: tokens(), tokenIn: 'message' });
    const error = reportedError(client);
    const peer = await fixture.server.accept();
    peer.refuse(await peer.next(), 'expired_token');
    peer.close(4401);
    expect(await error).toMatchObject({ code: 'expired_token' });
    const again = await fixture.server.accept();
    expect((await again.next()).data).toEqual({ token: 'token-2' });
  });
});

describe('authenticate()', () => {
  const fixture = new ClientFixture();
  expectNoUnhandledErrors();

  it("resolves with the server's answer", async () => {
    const [client, peer] = await fixture.pair();
    const answer = client.authenticate('my token');
    const frame = await peer.next();
    expect(frame).toMatchObject({
      event: 'authenticate',
      data: { token: 'my token' },
      id: expect.any(Number),
    });
    peer.ack(frame, { user: 'alice' });
    expect(await answer).toEqual({ user: 'alice' });
  });

  it('is repeated first thing on every new connection, with the latest token', async () => {
    const [client, peer] = await fixture.pair();
    void client.subscribe('clock');
    peer.ack(await peer.next(), { events: ['clock'] });
    for (const token of ['old', 'new']) {
      void client.authenticate(token);
      peer.ack(await peer.next());
    }
    peer.drop();
    const again = await fixture.server.accept();
    expect(await again.next()).toMatchObject({ event: 'authenticate', data: { token: 'new' } });
    expect((await again.next()).event).toBe('subscribe');
  });

  it('waits for the connection, and for the next one when that breaks before the answer', async () => {
    const client = fixture.client({ autoConnect: false });
    const answers = [client.authenticate('first'), client.authenticate('second')];
    void client.connect();
    const peer = await fixture.server.accept();
    expect((await peer.next()).data).toEqual({ token: 'second' });
    peer.drop();
    const again = await fixture.server.accept();
    again.ack(await again.next(), 'welcome');
    expect(await Promise.all(answers)).toEqual(['welcome', 'welcome']);
  });

  it('rejects and reports a refusal, and does not repeat what was refused', async () => {
    const [client, peer] = await fixture.pair();
    const error = reportedError(client);
    const answer = client.authenticate('bad');
    peer.refuse(await peer.next(), 'invalid_token');
    await expect(answer).rejects.toMatchObject({ code: 'invalid_token' });
    expect(await error).toMatchObject({ code: 'invalid_token' });
    peer.drop();
    const again = await fixture.server.accept();
    await client.connect();
    client.emit('next');
    expect((await again.next()).event).toBe('next');
  });

  it('says why it was refused, also when the server hangs up right after', async () => {
    const [client, peer] = await fixture.pair();
    client.onError(() => undefined);
    const answer = client.authenticate('bad');
    const frame = await peer.next();
    peer.refuse(frame, 'expired_token');
    peer.close(4401);
    await expect(answer).rejects.toMatchObject({ code: 'expired_token' });
  });

  it('keeps a token that was not answered in time', async () => {
    const [client, peer] = await fixture.pair({ requestTimeoutMs: 20 });
    client.onError(() => undefined);
    await expect(client.authenticate('slow')).rejects.toMatchObject({ code: 'timeout' });
    peer.drop();
    expect((await (await fixture.server.accept()).next()).data).toEqual({ token: 'slow' });
  });

  it.each(['timeout', 'unavailable', 'rate_limited', 'limit_exceeded'])(
    'keeps a token that the server refused only with %s, which says nothing of it',
    async (code) => {
      const [client, peer] = await fixture.pair();
      client.onError(() => undefined);
      const answer = client.authenticate('good');
      peer.refuse(await peer.next(), code);
      await expect(answer).rejects.toMatchObject({ code });
      peer.drop();
      expect((await (await fixture.server.accept()).next()).data).toEqual({ token: 'good' });
    },
  );

  it('rejects when the client is closed, which forgets the token', async () => {
    const [client, peer] = await fixture.pair();
    const answer = client.authenticate('mine');
    await peer.next();
    client.close();
    await expect(answer).rejects.toMatchObject({ code: 'unavailable' });
    await client.connect();
    client.emit('next');
    expect((await (await fixture.server.accept()).next()).event).toBe('next');
  });

  it('tells a token given while away even where getToken brings one of its own', async () => {
    const client = fixture.client({ getToken: tokens(), autoConnect: false });
    const answer = client.authenticate('mine');
    void client.connect();
    const peer = await fixture.server.accept();
    expect(peer.path).toBe('/?token=token-1');
    const frame = await peer.next();
    expect(frame.data).toEqual({ token: 'mine' });
    peer.ack(frame, 'welcome');
    expect(await answer).toBe('welcome');
  });
});

describe('a token', () => {
  const fixture = new ClientFixture();
  const SECRET = 'sentinel-7f3a';

  it('is in no error, no state, no event and no line of the console, whatever goes wrong', async () => {
    const seen: unknown[] = [];
    const spies = (['error', 'warn', 'log', 'info', 'debug'] as const).map((method) =>
      vi.spyOn(console, method).mockImplementation((...line) => void seen.push(line)),
    );
    /** Names the address in its error, as browsers do, and connects the second time. */
    let attempts = 0;
    class TellTaleSocket extends WebSocket {
      constructor(url: string, protocols?: string | string[]) {
        if (++attempts === 1) throw new SyntaxError(`The URL '${url}' is invalid.`);
        super(url, protocols);
        if (attempts === 2) queueMicrotask(() => this.emit('error', new Error(`No way: ${url}`)));
      }
    }
    const client = fixture.client({
      WebSocket: TellTaleSocket,
      getToken: () => SECRET,
      autoConnect: false,
    });
    const changes: StateChange[] = [];
    client.onStateChange((change) => changes.push(change));
    client.onError((error) => seen.push(error));
    client.onerror = ({ message }) => seen.push(message);
    client.onclose = ({ code, reason }) => seen.push(code, reason);
    await client.connect();
    const broken = await fixture.server.accept();
    broken.drop();
    const peer = await fixture.server.accept();
    await client.connect();
    expect(peer.path).toContain(SECRET);

    const refused = client.authenticate(SECRET);
    peer.refuse(await peer.next(), 'invalid_token');
    await refused.catch((error: unknown) => seen.push(error));
    const lost = client.authenticate(SECRET);
    await peer.next();
    client.close();
    await lost.catch((error: unknown) => seen.push(error));
    for (const spy of spies) spy.mockRestore();

    expect(changes.map(({ reason }) => reason)).toContain(
      "SyntaxError: The URL 'ws://127.0.0.1:" + fixture.server.port + "/?token=…' is invalid.",
    );
    expect(seen).toContain(`No way: ws://127.0.0.1:${fixture.server.port}/?token=…`);
    for (const one of [client.url, client.state, changes, ...seen]) {
      expect(inspect(one, { depth: 10, showHidden: true })).not.toContain(SECRET);
    }
  });
});
