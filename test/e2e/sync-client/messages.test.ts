import { describe, expect, it } from 'vitest';
import { useScripts } from './support/script.js';
import { useServers } from './support/servers.js';

const servers = useServers();
const scripts = useScripts();

/** Sends each of these texts to a new connection, and then closes it. */
const saying = (...texts: string[]) =>
  servers.webSocket((socket) => {
    for (const text of texts) socket.send(text);
    socket.close(4000);
  });

describe('send() and receive()', () => {
  it('move text as it is', async () => {
    const said = await scripts.run(
      await servers.echo(),
      `const client = new SyncBounceClient(url);
       for (const text of ['text', '', 'ŝipo 🚢', '\\u0000', '\\ufeffmarked', '"json"', '[1]']) {
         client.send(text);
         say(client.receive());
       }
       client.close();`,
    );
    const texts = ['text', '', 'ŝipo 🚢', '\u0000', '\ufeffmarked', '"json"', '[1]'];
    expect(said).toEqual(texts.map((text) => ({ data: text, raw: text })));
  });

  it('move bytes as they are', async () => {
    const said = await scripts.run(
      await servers.echo(),
      `const client = new SyncBounceClient(url);
       for (const bytes of [[], [1, 2, 3], Array(70000).fill(255)]) {
         client.send(Uint8Array.from(bytes));
         const { event, data, raw } = client.receive();
         say([event === undefined, data === raw, data.constructor.name, data.join() === bytes.join()]);
       }
       client.send(Buffer.from('abc').subarray(1));
       say([...client.receive().data]);
       client.close();`,
    );
    const same = [true, true, 'Uint8Array', true];
    expect(said).toEqual([same, same, same, [98, 99]]);
  });

  it('leave the sender its bytes', async () => {
    const said = await scripts.run(
      await servers.echo(),
      `const client = new SyncBounceClient(url);
       const bytes = Uint8Array.of(1, 2, 3);
       for (let n = 0; n < 3; n++) {
         bytes[0] = n;
         client.send(bytes);
       }
       bytes.fill(9);
       for (let n = 0; n < 3; n++) say([...client.receive().data]);
       client.close();`,
    );
    expect(said).toEqual([
      [0, 2, 3],
      [1, 2, 3],
      [2, 2, 3],
    ]);
  });

  it('refuse what is neither text nor bytes', async () => {
    const said = await scripts.run(
      await servers.echo(),
      `const client = new SyncBounceClient(url);
       for (const wrong of [1, null, undefined, { event: 'x' }, [1], new ArrayBuffer(1)]) {
         say(caught(() => client.send(wrong)).name);
       }
       client.close();`,
    );
    expect(said).toEqual(Array(6).fill('TypeError'));
  });

  it('keep the order, whatever the size', async () => {
    const said = await scripts.run(
      await servers.echo(),
      `const client = new SyncBounceClient(url);
       const sizes = Array.from({ length: 500 }, (_, n) => (n % 50 === 0 ? 300000 : n));
       for (const size of sizes) client.send('x'.repeat(size));
       say(sizes.every((size) => client.receive().data.length === size));
       say(client.receive({ timeoutMs: 0 }));
       client.close();`,
    );
    expect(said).toEqual([true, null]);
  });

  it('accept messages up to maxPayloadBytes; one byte more ends the connection with 1009', async () => {
    const said = await scripts.run(
      await servers.echo(),
      `const client = new SyncBounceClient(url, { maxPayloadBytes: 1000 });
       client.send('x'.repeat(1000));
       say(client.receive().data.length);
       client.send('x'.repeat(1001));
       say(client.receive());
       client.onerror = ({ message }) => say(message);
       say(client.close());`,
    );
    const reason = 'Max payload size exceeded';
    expect(said).toEqual([
      1000,
      null,
      `The connection is closed: ${reason} (code 1009)`,
      { code: 1009, reason },
    ]);
  });
});

describe('receive()', () => {
  it('reads envelopes, and leaves other text alone', async () => {
    const texts = [
      '{"event":"news","data":{"text":"hi"},"timestamp":"2026-11-20T12:00:00.123"}',
      '{"event":"ack","id":"mine","data":null,"timestamp":"2026-11-20T12:00:00.123"}',
      '{"event":"bare"}',
      '{"event":"","data":1}',
      '{"event":7}',
      '{"event":"x","id":{}}',
      '{"text":"other"}',
      'null',
      '{"event":',
    ];
    const said = await scripts.run(
      await saying(...texts),
      `const client = new SyncBounceClient(url);
       for (let message; (message = client.receive()) !== null; ) say(message);`,
    );
    const timestamp = '2026-11-20T12:00:00.123';
    expect(said).toEqual([
      { event: 'news', data: { text: 'hi' }, timestamp, raw: texts[0] },
      { event: 'ack', id: 'mine', data: null, timestamp, raw: texts[1] },
      { event: 'bare', raw: texts[2] },
      ...texts.slice(3).map((text) => ({ data: text, raw: text })),
    ]);
  });

  it('waits until a message comes', async () => {
    const server = await servers.fake();
    const script = scripts.start(
      server.url,
      `const client = new SyncBounceClient(url);
       say('waiting');
       say(client.receive().data);
       client.close();`,
    );
    const peer = await server.accept();
    await script.next();
    peer.send('news', 'late');
    expect(await script.next()).toBe('late');
  });

  it('gives up after timeoutMs, and at once when that is 0', async () => {
    const said = await scripts.run(
      await servers.echo(),
      `const client = new SyncBounceClient(url);
       let start = performance.now();
       say([client.receive({ timeoutMs: 0 }), performance.now() - start < 100]);
       start = performance.now();
       say([client.receive({ timeoutMs: 200 }), performance.now() - start >= 200]);
       client.close();`,
    );
    expect(said).toEqual([
      [null, true],
      [null, true],
    ]);
  });

  it('hands out everything that came before the end, then null', async () => {
    const said = await scripts.run(
      await saying('one', 'two', 'three'),
      `const client = new SyncBounceClient(url);
       while (client.readyState !== client.CLOSED) {}
       for (let n = 0; n < 5; n++) say(client.receive()?.data);`,
    );
    expect(said).toEqual(['one', 'two', 'three', null, null]);
  });
});

describe('a script of the server', () => {
  it('is dropped with a warning', async () => {
    const script = scripts.start(
      await saying('{"event":"eval_js","data":{"script":"process.exit(7)"}}', 'next'),
      `const client = new SyncBounceClient(url);
       say(client.receive().data);`,
    );
    expect(await script.next()).toBe('next');
    const { code, stderr } = await script.ended;
    expect(code).toBe(0);
    expect(stderr).toContain('A script of the server was dropped');
  });
});
