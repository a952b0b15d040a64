import { describe, expect, it } from 'vitest';
import { useScripts } from './support/script.js';
import { useServers } from './support/servers.js';

const servers = useServers();
const scripts = useScripts();

describe('new SyncBounceClient()', () => {
  it('returns when the connection is open', async () => {
    const url = await servers.echo();
    const said = await scripts.run(
      url,
      `const client = new SyncBounceClient(url);
       say([client.readyState, client.url, client.protocol, client.bufferedAmount]);
       while (!client.readyState) {}
       client.close();`,
    );
    expect(said).toEqual([[1, url, '', 0]]);
  });

  it('has the constants of a WebSocket, on the class and on the client', async () => {
    const said = await scripts.run(
      await servers.echo(),
      `const client = new SyncBounceClient(url);
       for (const { CONNECTING, OPEN, CLOSING, CLOSED } of [SyncBounceClient, client]) {
         say([CONNECTING, OPEN, CLOSING, CLOSED]);
       }
       client.close();
       say(client.readyState === client.CLOSED);`,
    );
    expect(said).toEqual([[0, 1, 2, 3], [0, 1, 2, 3], true]);
  });

  it('takes http: for ws:, and a URL for its text', async () => {
    const url = await servers.echo();
    const said = await scripts.run(
      url.replace('ws:', 'http:'),
      `const client = new SyncBounceClient(new URL('#top', url));
       say(client.url);
       client.close();`,
    );
    expect(said).toEqual([url]);
  });

  it('offers its subprotocols and sends its headers', async () => {
    const seen: unknown[] = [];
    const url = await servers.webSocket((_socket, { headers }) => seen.push(headers['x-team']), {
      handleProtocols: (offered) => [...offered].at(-1) ?? false,
    });
    const said = await scripts.run(
      url,
      `const client = new SyncBounceClient(url, { protocols: ['a', 'b'], headers: { 'x-team': 'red' } });
       say(client.protocol);
       client.close();`,
    );
    expect([said, seen]).toEqual([['b'], ['red']]);
  });

  it('throws when nobody listens, and says so', async () => {
    const said = await scripts.run(
      'ws://127.0.0.1:1/path?token=sesame',
      `say(caught(() => new SyncBounceClient(url)));
       say([ConnectionError.prototype instanceof BounceWsError]);`,
    );
    const reason = 'connect ECONNREFUSED 127.0.0.1:1';
    expect(said).toEqual([
      {
        name: 'ConnectionError',
        code: 'unavailable',
        // The query, which may hold a token, is in no text.
        message: `No connection to ws://127.0.0.1:1/path: ${reason} (code 1006)`,
        closeCode: 1006,
        reason,
      },
      [true],
    ]);
  });

  it.each([
    [401, 'unauthenticated'],
    [403, 'forbidden'],
    [404, 'unavailable'],
    [503, 'unavailable'],
  ])('throws with the status when the server answers %i: %s', async (status, code) => {
    const url = await servers.http((_request, response) => response.writeHead(status).end());
    const said = await scripts.run(url, `say(caught(() => new SyncBounceClient(url)));`);
    const reason: unknown = expect.stringMatching(`^HTTP ${status}`);
    expect(said).toMatchObject([{ name: 'ConnectionError', code, status, reason }]);
  });

  it('throws when the server does not answer within connectTimeoutMs', async () => {
    const said = await scripts.run(
      await servers.silent(),
      `const start = performance.now();
       say(caught(() => new SyncBounceClient(url, { connectTimeoutMs: 300 })));
       say(performance.now() - start);`,
    );
    expect(said[0]).toMatchObject({ name: 'ConnectionError', code: 'timeout' });
    expect(said[1]).toBeGreaterThanOrEqual(299);
    expect(said[1]).toBeLessThan(5_000);
  });

  it('refuses what is no address of a WebSocket', async () => {
    const said = await scripts.run(
      'ftp://127.0.0.1/?token=sesame',
      `say(caught(() => new SyncBounceClient('nowhere')).name);
       say(caught(() => new SyncBounceClient(url)).message);`,
    );
    expect(said).toEqual([
      'TypeError',
      "A WebSocket's address starts with ws: or wss:, not with ftp:",
    ]);
  });

  it('throws what a handshake cannot hold', async () => {
    const said = await scripts.run(
      await servers.echo(),
      `say(caught(() => new SyncBounceClient(url, { protocols: ['a', 'a'] })));
       say(caught(() => new SyncBounceClient(url, { headers: { 'x y': '' } })));`,
    );
    expect(said).toMatchObject([
      { code: 'unavailable', reason: expect.stringContaining('subprotocol') as unknown },
      { code: 'unavailable', reason: expect.stringContaining('Header name') as unknown },
    ]);
  });

  it('can be tried again after a failure', async () => {
    const said = await scripts.run(
      await servers.echo(),
      `const addresses = ['ws://127.0.0.1:1/', 'ws://127.0.0.1:1/', url];
       let client;
       while (client === undefined) caught(() => (client = new SyncBounceClient(addresses.shift())));
       say(addresses.length);
       client.close();`,
    );
    expect(said).toEqual([0]);
  });

  it('keeps its end of the heartbeat while the script is busy', async () => {
    let pongs = 0;
    const url = await servers.webSocket((socket) => {
      const timer = setInterval(() => socket.ping(), 20);
      socket.on('pong', () => {
        pongs += 1;
        if (pongs === 5) socket.close(4000);
      });
      socket.on('close', () => clearInterval(timer));
    });
    const script = scripts.start(
      url,
      `const client = new SyncBounceClient(url);
       while (client.readyState === client.OPEN) {}
       say(client.close());`,
    );
    expect(await script.next()).toEqual({ code: 4000, reason: '' });
  });
});
