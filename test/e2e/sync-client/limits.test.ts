import { once } from 'node:events';
import { describe, expect, it } from 'vitest';
import type { WebSocket } from 'ws';
import { deferred } from '../../support/deferred.js';
import { useScripts } from './support/script.js';
import { useServers } from './support/servers.js';

const servers = useServers();
const scripts = useScripts();

/** A server that hands its connection to the test. */
async function connection(): Promise<{ url: string; socket: Promise<WebSocket> }> {
  const { promise: socket, resolve } = deferred<WebSocket>();
  return { url: await servers.webSocket(resolve), socket };
}

const MEBIBYTE = 1_048_576;

describe('a client that reads too little', () => {
  it('stops reading at maxUnreadBytes, and gets everything in order when it reads again', async () => {
    const server = await connection();
    const script = scripts.start(
      server.url,
      `const client = new SyncBounceClient(url, { maxUnreadBytes: 100_000 });
       say('open');
       sleep(1000);
       say('reading');
       for (let n = 0; n < 50; n++) {
         const { data } = client.receive();
         if (Number(data.slice(0, 4)) !== n || data.length !== ${MEBIBYTE}) say('wrong');
       }
       client.close();`,
    );
    const socket = await server.socket;
    await script.next();
    for (let n = 0; n < 50; n++) socket.send(String(n).padStart(4, '0').padEnd(MEBIBYTE));
    expect(await script.next()).toBe('reading');
    // More than the kernel takes on both sides together: the rest was never read by the client.
    expect(socket.bufferedAmount).toBeGreaterThan(20 * MEBIBYTE);
    expect(await script.ended).toEqual({ code: 0, stderr: '' });
    expect(script.rest).toEqual([]);
  });

  it('is told so by a request, whose answer could not come', async () => {
    const server = await connection();
    const script = scripts.start(
      server.url,
      `const client = new SyncBounceClient(url, { maxUnreadBytes: 100_000 });
       say(caught(() => client.request('question')));
       for (let n = 0; n < 1_000; n++) client.receive();
       say(client.request('question'));
       client.close();`,
    );
    const socket = await server.socket;
    const [first] = (await once(socket, 'message')) as [Buffer];
    for (let n = 0; n < 1_000; n++) socket.send('x'.repeat(1_000));
    socket.send(answer(first, 'behind all that'));
    expect(await script.next()).toMatchObject({
      name: 'BounceWsError',
      code: 'limit_exceeded',
      details: { limit: 'maxUnreadBytes', max: 100_000 },
    });
    const [second] = (await once(socket, 'message')) as [Buffer];
    socket.send(answer(second, 'at once'));
    expect(await script.next()).toBe('at once');
  });

  it('is told so by send(), when the server waits as well', async () => {
    const server = await connection();
    const script = scripts.start(
      server.url,
      `const client = new SyncBounceClient(url, { maxUnreadBytes: 1, maxUnsentBytes: 1, requestTimeoutMs: 200 });
       say('open');
       const text = 'x'.repeat(${MEBIBYTE});
       say(caught(() => { for (;;) client.send(text); }).code);
       say(client.receive().data.length);
       client.send('room again');
       client.close();`,
    );
    const socket = await server.socket;
    await script.next();
    socket.pause();
    for (let n = 0; n < 3; n++) socket.send('x'.repeat(1_000));
    expect(await script.next()).toBe('limit_exceeded');
    expect(await script.next()).toBe(1_000);
    socket.resume();
    expect(await script.ended).toMatchObject({ code: 0 });
  });

  it('is told so by poll(), when nobody takes the messages', async () => {
    const server = await connection();
    const script = scripts.start(
      server.url,
      `const client = new SyncBounceClient(url, { maxUnreadBytes: 100_000 });
       client.onclose = () => say('closed');
       say(caught(() => client.poll({ forMs: Infinity })));
       client.onmessage = () => undefined;
       client.poll({ forMs: Infinity });`,
    );
    const socket = await server.socket;
    for (let n = 0; n < 1_000; n++) socket.send('x'.repeat(1_000));
    socket.close();
    expect(await script.next()).toMatchObject({ code: 'limit_exceeded' });
    expect(await script.next()).toBe('closed');
  });

  it('can still be closed', async () => {
    const server = await connection();
    const script = scripts.start(
      server.url,
      `const client = new SyncBounceClient(url, { maxUnreadBytes: 1 });
       sleep(300);
       say(client.close());`,
    );
    const socket = await server.socket;
    for (let n = 0; n < 1_000; n++) socket.send('x'.repeat(1_000));
    expect(await script.next()).toEqual({ code: 1000, reason: '' });
  });
});

describe('a client whose server reads too little', () => {
  it('blocks at maxUnsentBytes until the server reads', async () => {
    const server = await connection();
    const script = scripts.start(
      server.url,
      `const client = new SyncBounceClient(url, { maxUnsentBytes: 100_000 });
       say('open');
       const text = 'x'.repeat(${MEBIBYTE});
       let most = 0;
       for (let n = 0; n < 50; n++) {
         client.send(text);
         most = Math.max(most, client.bufferedAmount);
       }
       say(most <= 100_000 + text.length);
       client.close();
       say(client.bufferedAmount);`,
    );
    const socket = await server.socket;
    socket.pause();
    let received = 0;
    socket.on('message', (data: Buffer) => (received += data.length));
    expect(await script.next()).toBe('open');
    socket.resume();
    expect(await script.next()).toBe(true);
    expect(await script.next()).toBe(0);
    expect(received).toBe(50 * MEBIBYTE);
  });

  it('does not wait longer for room than a request may take', async () => {
    const server = await connection();
    const script = scripts.start(
      server.url,
      `const client = new SyncBounceClient(url, { maxUnsentBytes: 1, closeTimeoutMs: 1 });
       const text = 'x'.repeat(8 * ${MEBIBYTE});
       const ask = () => caught(() => client.request('question', text, { timeoutMs: 200 }));
       say([ask().code, ask().message]);`,
    );
    (await server.socket).pause();
    expect(await script.next()).toEqual(['timeout', 'The server did not read in time']);
  });

  it('stops waiting when the connection is lost', async () => {
    const server = await connection();
    const script = scripts.start(
      server.url,
      `const client = new SyncBounceClient(url);
       client.onerror = () => undefined;
       say('open');
       say(caught(() => { for (;;) client.send('x'.repeat(${MEBIBYTE})); }).name);`,
    );
    const socket = await server.socket;
    socket.pause();
    await script.next();
    socket.terminate();
    expect(await script.next()).toBe('ConnectionError');
  });
});

describe('the heartbeat', () => {
  const SHORT = '{ heartbeat: { intervalMs: 50, timeoutMs: 100 } }';

  it('ends a connection to a server that is silent', async () => {
    const server = await connection();
    const script = scripts.start(
      server.url,
      `const client = new SyncBounceClient(url, ${SHORT});
       say(client.receive());
       client.onerror = ({ message }) => say(message);
       say(client.close());`,
    );
    (await server.socket).pause();
    expect(await script.next()).toBe(null);
    const reason = 'heartbeat timeout';
    expect(await script.next()).toBe(`The connection is closed: ${reason} (code 4408)`);
    expect(await script.next()).toEqual({ code: 4408, reason });
  });

  it('leaves a server alone that answers', async () => {
    const server = await connection();
    const script = scripts.start(
      server.url,
      `const client = new SyncBounceClient(url, { heartbeat: { intervalMs: 50, timeoutMs: 5000 } });
       say(client.receive());
       say(client.close());`,
    );
    const socket = await server.socket;
    let pings = 0;
    socket.on('ping', () => {
      pings += 1;
      if (pings === 6) socket.close(4000);
    });
    expect(await script.next()).toBe(null);
    expect(await script.next()).toMatchObject({ code: 4000 });
  });

  it('does not take its own pause for silence', async () => {
    const server = await connection();
    const script = scripts.start(
      server.url,
      `const client = new SyncBounceClient(url, { maxUnreadBytes: 1, heartbeat: { intervalMs: 50, timeoutMs: 600 } });
       sleep(1_000);
       say(client.readyState);
       for (let n = 0; n < 10; n++) client.receive();
       say('all');
       client.close();`,
    );
    const socket = await server.socket;
    for (let n = 0; n < 10; n++) socket.send('x'.repeat(MEBIBYTE));
    expect(await script.next()).toBe(1);
    expect(await script.next()).toBe('all');
  });

  it('can be switched off', async () => {
    const server = await connection();
    const script = scripts.start(
      server.url,
      `const client = new SyncBounceClient(url, { heartbeat: false, closeTimeoutMs: 1 });
       say(client.receive({ timeoutMs: 300 }));
       say(client.readyState);`,
    );
    const socket = await server.socket;
    let pings = 0;
    socket.on('ping', () => (pings += 1));
    expect(await script.next()).toBe(null);
    expect(await script.next()).toBe(1);
    expect(pings).toBe(0);
  });
});

function answer(request: Buffer, data: string): string {
  const { id } = JSON.parse(request.toString()) as { id: number };
  return JSON.stringify({ event: 'ack', id, data });
}

describe('a time that is none', () => {
  it('is refused where it is given, and the connection goes on', async () => {
    const said = await scripts.run(
      await servers.echo(),
      `const client = new SyncBounceClient(url);
       for (const timeoutMs of [NaN, -1, '100', null]) {
         say(caught(() => client.request('add', {}, { timeoutMs })));
         say(caught(() => [...client.stream('add', {}, { timeoutMs })]));
         say(caught(() => client.receive({ timeoutMs })));
         say(caught(() => client.poll({ forMs: timeoutMs })));
       }
       client.send('still there');
       say(client.receive().data);
       client.close();`,
    );
    const refused = (name: string) => ({
      name: 'RangeError',
      message: `${name} must be a number from 0 to Infinity`,
    });
    const each = [...Array.from({ length: 3 }, () => refused('timeoutMs')), refused('forMs')];
    expect(said).toEqual([...each, ...each, ...each, ...each, 'still there']);
  });
});
