import { describe, expect, it } from 'vitest';
import { useScripts } from './support/script.js';
import { useServers } from './support/servers.js';

const servers = useServers();
const scripts = useScripts();

/** A client whose messages all come back, and which tells everything that its callbacks are called with. */
const TELLING = `
  class Telling extends SyncBounceClient {
    onopen({ type }) { say(type); }
    onmessage({ type, data }) { say([type, data]); }
    onerror({ type, message }) { say([type, message]); }
    onclose({ type, target, code, reason, wasClean }) { say([type, target === this, code, reason, wasClean]); }
  }
  const client = new Telling(url);
`;

describe('poll()', () => {
  it('runs the callbacks that a subclass overrides, in the order of what happened', async () => {
    const said = await scripts.run(
      await servers.echo(),
      `${TELLING}
       say('before');
       client.send('one');
       client.send('two');
       client.close(3000, 'bye');
       client.poll();`,
    );
    expect(said).toEqual([
      'before',
      'open',
      ['message', 'one'],
      ['message', 'two'],
      ['close', true, 3000, 'bye', true],
    ]);
  });

  it('runs callbacks that are assigned, until null takes their place', async () => {
    const said = await scripts.run(
      await servers.echo(),
      `const client = new SyncBounceClient(url);
       client.onopen = () => say('open');
       let isHeard = false;
       client.onmessage = function ({ data }) {
         isHeard = true;
         say([data, this === client]);
       };
       client.onclose = ({ code }) => say(code);
       client.send('text');
       while (!isHeard) client.poll({ forMs: 1 });
       client.onmessage = null;
       client.send('unheard');
       client.close();
       say(client.receive().data);`,
    );
    expect(said).toEqual(['open', ['text', true], 1000, 'unheard']);
  });

  it('hands bytes out as bytes', async () => {
    const said = await scripts.run(
      await servers.echo(),
      `const client = new SyncBounceClient(url);
       client.onmessage = ({ data }) => say([data instanceof Uint8Array, ...data]);
       client.send(Uint8Array.of(1, 2));
       client.close();`,
    );
    expect(said).toEqual([[true, 1, 2]]);
  });

  it('only handles what has arrived, and does not wait', async () => {
    const said = await scripts.run(
      await servers.echo(),
      `const client = new SyncBounceClient(url);
       const start = performance.now();
       for (let n = 0; n < 100; n++) client.poll();
       say(performance.now() - start < 1000);
       client.close();`,
    );
    expect(said).toEqual([true]);
  });

  it('goes on for forMs, and ends early with the connection', async () => {
    const server = await servers.fake();
    const script = scripts.start(
      server.url,
      `const client = new SyncBounceClient(url);
       client.on('news', say);
       const start = performance.now();
       client.poll({ forMs: 200 });
       say(performance.now() - start >= 200);
       client.poll({ forMs: Infinity });
       say(client.readyState);`,
    );
    const peer = await server.accept();
    expect(await script.next()).toBe(true);
    peer.send('news', 1);
    expect(await script.next()).toBe(1);
    peer.send('news', 2);
    expect(await script.next()).toBe(2);
    peer.close(1001);
    expect(await script.next()).toBe(3);
  });

  it('returns although messages keep coming faster than they are handled', async () => {
    // Of short ones a million would be on their way, which close() would have to read within its time.
    const message = 'more'.repeat(250);
    const url = await servers.webSocket((socket) => {
      const more = (): void => {
        if (socket.readyState === socket.OPEN) socket.send(message, () => setImmediate(more));
      };
      for (let n = 0; n < 100; n++) more();
    });
    const said = await scripts.run(
      url,
      `const client = new SyncBounceClient(url);
       let count = 0;
       client.onmessage = () => {
         count += 1;
         const end = performance.now() + 0.1;
         while (performance.now() < end) {}
       };
       while (count === 0) client.poll();
       say('returned');
       client.onmessage = null;
       client.close();`,
    );
    expect(said).toEqual(['returned']);
  });

  it('leaves messages to receive() as long as nobody listens to any', async () => {
    const said = await scripts.run(
      await servers.echo(),
      `const client = new SyncBounceClient(url);
       client.onclose = ({ code }) => say(code);
       client.on('disconnect', say);
       client.send('one');
       client.poll({ forMs: 100 });
       say(client.receive().data);
       client.send('two');
       client.close();
       say(client.receive().data);
       say(client.receive());`,
    );
    expect(said).toEqual(['one', 1000, { code: 1000, reason: '' }, 'two', null]);
  });

  it('lets out what a callback throws, and goes on after it the next time', async () => {
    const said = await scripts.run(
      await servers.echo(),
      `const client = new SyncBounceClient(url);
       client.onmessage = ({ data }) => {
         if (data === 'bad') throw new RangeError(data);
         say(data);
       };
       for (const text of ['one', 'bad', 'two']) client.send(text);
       say(caught(() => client.close()).name);
       say(client.readyState);
       client.poll();`,
    );
    expect(said).toEqual(['one', 'RangeError', 3, 'two']);
  });

  it('can be called by a callback, like every other method', async () => {
    const said = await scripts.run(
      await servers.echo(),
      `const client = new SyncBounceClient(url);
       client.onmessage = ({ data }) => {
         say(data);
         if (data === 'one') {
           client.send('three');
           say(client.receive().data);
           client.poll({ forMs: 100 });
           client.close();
         }
       };
       client.onclose = () => say('closed');
       client.send('one');
       client.send('two');
       client.poll({ forMs: Infinity });
       say('returned');`,
    );
    expect(said).toEqual(['one', 'two', 'three', 'closed', 'returned']);
  });
});

describe('on() and off()', () => {
  const NEWS = `JSON.stringify({ event: 'news', data: { n: 1 } })`;

  it('call what listens to an event, and stop calling it', async () => {
    const said = await scripts.run(
      await servers.echo(),
      `const client = new SyncBounceClient(url);
       const tell = ({ n }) => say(['tell', n]);
       const stop = client.on('news', ({ n }) => say(['first', n]));
       client.on('news', tell);
       client.on('news', tell);
       client.on('other', () => say('other'));
       let hasEnded;
       client.onmessage = ({ data }) => { hasEnded ||= data === 'end'; };
       const again = () => {
         client.send(${NEWS});
         client.send('end');
         for (hasEnded = false; !hasEnded; ) client.poll({ forMs: 1 });
         say('-');
       };
       again();
       stop();
       stop();
       again();
       client.off('news', tell);
       again();
       client.on('news', tell);
       client.off('news');
       client.on('elsewhere', tell);
       again();
       client.off();
       client.onmessage = undefined;
       client.send(${NEWS});
       client.close();
       say(client.receive().data);`,
    );
    const tell = ['tell', 1];
    expect(said).toEqual([['first', 1], tell, tell, '-', tell, tell, '-', '-', '-', { n: 1 }]);
  });

  it('tell of the connection itself, which a server cannot fake', async () => {
    const said = await scripts.run(
      await servers.echo(),
      `const client = new SyncBounceClient(url);
       client.on('connect', () => say('connect'));
       client.on('disconnect', say);
       client.on('news', () => undefined);
       for (const event of ['connect', 'disconnect']) client.send(JSON.stringify({ event, data: {} }));
       client.close(4001, 'done');`,
    );
    expect(said).toEqual(['connect', { code: 4001, reason: 'done' }]);
  });

  it('call with the whole message, too', async () => {
    const said = await scripts.run(
      await servers.echo(),
      `const client = new SyncBounceClient(url);
       client.on('news', (data, { event, timestamp }) => say([data, event, timestamp]));
       client.on('disconnect', (data, { event }) => say(event));
       client.send('{"event":"news","data":1,"timestamp":"2026-11-20T12:00:00.123"}');
       client.close();`,
    );
    expect(said).toEqual([[1, 'news', '2026-11-20T12:00:00.123'], 'disconnect']);
  });

  it('call onmessage as well, and first', async () => {
    const said = await scripts.run(
      await servers.echo(),
      `const client = new SyncBounceClient(url);
       client.on('news', () => say('event'));
       client.onmessage = ({ data }) => say(JSON.parse(data).event);
       client.send(${NEWS});
       client.close();`,
    );
    expect(said).toEqual(['news', 'event']);
  });
});

describe('an error', () => {
  const REFUSAL = `JSON.stringify({ event: 'error', data: { code: 'forbidden', message: 'No', event: 'x' } })`;

  it('of the server that no call could throw goes to on("error")', async () => {
    const said = await scripts.run(
      await servers.echo(),
      `const client = new SyncBounceClient(url);
       client.on('error', ({ code }) => say(code));
       client.onerror = () => say('not this one');
       client.send(${REFUSAL});
       client.close();`,
    );
    expect(said).toEqual(['forbidden']);
  });

  it('that nobody listens to goes to onerror', async () => {
    const said = await scripts.run(
      await servers.echo(),
      `const client = new SyncBounceClient(url);
       client.on('news', () => undefined);
       client.onerror = ({ message, error }) => say([message, error.name, error.code]);
       client.send(${REFUSAL});
       client.close();`,
    );
    expect(said).toEqual([['No (event "x")', 'BounceWsError', 'forbidden']]);
  });

  it('is a warning where there is no onerror either', async () => {
    const script = scripts.start(
      await servers.echo(),
      `const client = new SyncBounceClient(url);
       client.on('news', () => undefined);
       client.send(${REFUSAL});
       client.close();`,
    );
    expect((await script.ended).stderr).toContain('BounceWsError: No (event "x")');
  });

  it('is what onerror hears of when the connection breaks, before onclose', async () => {
    const url = await servers.webSocket((socket) => {
      socket.on('message', () => socket.terminate());
    });
    const said = await scripts.run(
      url,
      `${TELLING}
       client.send('drop me');
       client.poll({ forMs: Infinity });`,
    );
    expect(said).toEqual([
      'open',
      ['error', 'The connection is closed: code 1006'],
      ['close', true, 1006, '', false],
    ]);
  });
});
