import { once } from 'node:events';
import { describe, expect, it } from 'vitest';
import type { WebSocket } from 'ws';
import { deferred } from '../../support/deferred.js';
import { useScripts } from './support/script.js';
import { useServers } from './support/servers.js';

const servers = useServers();
const scripts = useScripts();

/** Fulfilled with a value once the network thread is gone; all of it is seen by Node's own report. */
const THREADS = `
  const threads = () => process.report.getReport().workers.length;
  const threadsGone = async () => { while (threads() > 0) await new Promise(setImmediate); };
`;

/** A server that tells how its connections end. */
async function watching(): Promise<{
  url: string;
  closes: readonly unknown[];
  all(n: number): Promise<void>;
}> {
  const closes: unknown[] = [];
  const waiters: (() => void)[] = [];
  const url = await servers.webSocket((socket) => {
    socket.on('message', (data, isBinary) => socket.send(data, { binary: isBinary }));
    socket.on('close', (code, reason) => {
      closes.push([code, reason.toString()]);
      for (const check of waiters) check();
    });
  });
  const all = (n: number) => {
    const { promise, resolve } = deferred();
    const check = (): void => void (closes.length >= n && resolve());
    waiters.push(check);
    check();
    return promise;
  };
  return { url, closes, all };
}

describe('close()', () => {
  it('tells the server why, and returns how the connection ended', async () => {
    const server = await watching();
    const said = await scripts.run(
      server.url,
      `say(new SyncBounceClient(url).close());
       say(new SyncBounceClient(url).close(4999, 'ŝipo'));`,
    );
    expect(said).toEqual([
      { code: 1000, reason: '' },
      { code: 4999, reason: 'ŝipo' },
    ]);
    await server.all(2);
    expect(server.closes).toEqual([
      [1000, ''],
      [4999, 'ŝipo'],
    ]);
  });

  it('is harmless a second time', async () => {
    const said = await scripts.run(
      await servers.echo(),
      `const client = new SyncBounceClient(url);
       client.close(4000);
       say(client.close());`,
    );
    expect(said).toEqual([{ code: 4000, reason: '' }]);
  });

  it('waits for messages that are still on their way, both ways', async () => {
    const said = await scripts.run(
      await servers.echo(),
      `const client = new SyncBounceClient(url);
       for (let n = 0; n < 100; n++) client.send('x'.repeat(10_000));
       client.close();
       let count = 0;
       while (client.receive() !== null) count += 1;
       say(count);`,
    );
    expect(said).toEqual([100]);
  });

  it('does not wait longer than closeTimeoutMs for the server', async () => {
    const url = await servers.webSocket((socket) => socket.pause());
    const said = await scripts.run(
      url,
      `const client = new SyncBounceClient(url, { closeTimeoutMs: 200 });
       client.onerror = ({ message }) => say(message);
       const start = performance.now();
       say(client.close());
       const took = performance.now() - start;
       say([took >= 200, took < 1200]);`,
    );
    const reason = 'close timeout';
    expect(said).toEqual([
      `The connection is closed: ${reason} (code 1006)`,
      { code: 1006, reason },
      [true, true],
    ]);
  });

  it('refuses codes and reasons that no close frame can hold, and leaves the connection open', async () => {
    const said = await scripts.run(
      await servers.echo(),
      `const client = new SyncBounceClient(url);
       for (const code of [0, 999, 1001, 1005, 2999, 5000, 1000.5, '1000', NaN]) say(caught(() => client.close(code)).name);
       say(caught(() => client.close(1000, 'ŝ'.repeat(62))).name);
       say(client.readyState);
       client.close(1000, 'ŝ'.repeat(61));`,
    );
    expect(said).toEqual([...Array<string>(10).fill('RangeError'), 1]);
  });
});

describe('a connection that the server closes', () => {
  it('ends a loop on readyState, in a script that makes no call', async () => {
    const url = await servers.webSocket((socket) => {
      socket.on('message', () => socket.close(1001, 'bye'));
    });
    const said = await scripts.run(
      url,
      `const client = new SyncBounceClient(url);
       client.send('close me');
       while (client.readyState === client.OPEN) {}
       say(client.readyState);
       say(client.close());`,
    );
    expect(said).toEqual([3, { code: 1001, reason: 'bye' }]);
  });

  it('takes no more messages, and says how it ended', async () => {
    const url = await servers.webSocket((socket) => socket.close(1012, 'restart'));
    const said = await scripts.run(
      url,
      `const client = new SyncBounceClient(url);
       while (client.readyState === client.OPEN) {}
       for (const call of [
         () => client.send('text'),
         () => client.emit('event'),
         () => client.request('event'),
         () => client.subscribe('event'),
         () => [...client.stream('event')],
       ]) {
         const { name, code, closeCode, reason, message } = caught(call);
         say([name, code, closeCode, reason, message]);
       }
       say(client.receive());`,
    );
    const error = ['ConnectionError', 'unavailable', 1012, 'restart'];
    const message = 'The connection is closed: restart (code 1012)';
    expect(said.slice(0, 5)).toEqual(Array.from({ length: 5 }, () => [...error, message]));
    expect(said[5]).toBe(null);
  });
});

describe('after close()', () => {
  it('nothing is left: no thread, and nothing that keeps the process', async () => {
    const said = await scripts.run(
      await servers.echo(),
      `${THREADS}
       const before = process.listenerCount('exit');
       const client = new SyncBounceClient(url);
       const other = new SyncBounceClient(url);
       say(threads());
       client.close();
       say(threads());
       other.close();
       caught(() => new SyncBounceClient('ws://127.0.0.1:1/'));
       caught(() => new SyncBounceClient('ws://127.0.0.1:1/', { connectTimeoutMs: 1 }));
       await threadsGone();
       say(process.listenerCount('exit') - before);
       say(process.getActiveResourcesInfo().filter((name) => !/^(Pipe|TTY|FS)/.test(name)));`,
    );
    expect(said).toEqual([1, 1, 0, []]);
  });

  it('nothing is left either when the server ended the connection', async () => {
    const url = await servers.webSocket((socket) => socket.close(1000));
    const said = await scripts.run(
      url,
      `${THREADS}
       const client = new SyncBounceClient(url);
       while (client.receive() !== null) {}
       await threadsGone();
       say(client.readyState);`,
    );
    expect(said).toEqual([3]);
  });

  it('a new client works as the first did', async () => {
    const said = await scripts.run(
      await servers.echo(),
      `for (let n = 0; n < 20; n++) {
         const client = new SyncBounceClient(url);
         client.send(String(n));
         if (client.receive().data !== String(n)) say(n);
         client.close();
       }`,
    );
    expect(said).toEqual([]);
  });
});

describe('a failure of the thread in the background', () => {
  it('ends the connections instead of leaving their clients blocked for ever', async () => {
    const said = await scripts.run(
      await servers.echo(),
      `const { default: threads } = await import('node:worker_threads');
       const { syncBuiltinESMExports } = await import('node:module');
       let thread;
       threads.Worker = class extends threads.Worker {
         constructor(...args) { super(...args); thread = this; }
       };
       syncBuiltinESMExports();
       const client = new SyncBounceClient(url);
       client.onerror = ({ error }) => say([error.code, error.closeCode]);
       thread.postMessage('no command');
       say(client.receive());
       client.close();
       const another = new SyncBounceClient(url);
       another.send('works');
       say(another.receive().data);
       another.close();`,
    );
    expect(said).toEqual([null, ['unavailable', 1006], 'works']);
  });
});

describe('many clients', () => {
  it('work side by side on one thread', async () => {
    const server = await watching();
    const said = await scripts.run(
      server.url,
      `${THREADS}
       const clients = Array.from({ length: 50 }, () => new SyncBounceClient(url));
       for (const [n, client] of clients.entries()) client.send(String(n));
       say(clients.every((client, n) => client.receive().data === String(n)));
       say(threads());
       for (const client of clients) client.close();
       await threadsGone();`,
    );
    expect(said).toEqual([true, 1]);
    await server.all(50);
    expect(server.closes).toEqual(Array.from({ length: 50 }, () => [1000, '']));
  });
});

describe('a script that ends with open clients', () => {
  it('ends at once, and its servers hear 1001', async () => {
    const server = await watching();
    const said = await scripts.run(
      server.url,
      `const clients = [new SyncBounceClient(url), new SyncBounceClient(url)];
       say(clients.length);`,
    );
    await server.all(2);
    expect([said, server.closes]).toEqual([
      [2],
      [
        [1001, ''],
        [1001, ''],
      ],
    ]);
  });

  it.each([
    ['process.exit(3)', 3],
    ['throw new Error("uncaught")', 1],
  ])('takes leave also when it ends by %s', async (end, code) => {
    const server = await watching();
    const script = scripts.start(server.url, `new SyncBounceClient(url); ${end};`);
    expect(await script.ended).toMatchObject({ code });
    await server.all(1);
    expect(server.closes).toEqual([[1001, '']]);
  });

  it('does not wait long for a server that does not answer', async () => {
    const connected = deferred<WebSocket>();
    const url = await servers.webSocket((socket) => {
      socket.pause();
      connected.resolve(socket);
    });
    const script = scripts.start(url, `new SyncBounceClient(url); say('end');`);
    await script.next();
    const start = performance.now();
    expect(await script.ended).toMatchObject({ code: 0 });
    expect(performance.now() - start).toBeLessThan(2_000);
    const socket = await connected.promise;
    socket.resume();
    await once(socket, 'close');
  });

  it('ends by Ctrl+C even while it blocks', async () => {
    const script = scripts.start(
      await servers.echo(),
      `const client = new SyncBounceClient(url);
       say('blocking');
       client.receive();`,
    );
    await script.next();
    script.kill('SIGINT');
    expect(await script.ended).toMatchObject({ code: null });
  });

  it('goes on with what else it does', async () => {
    const said = await scripts.run(
      await servers.echo(),
      `const client = new SyncBounceClient(url);
       setTimeout(() => {
         client.send('later');
         say(client.receive().data);
       }, 50);`,
    );
    expect(said).toEqual(['later']);
  });
});
