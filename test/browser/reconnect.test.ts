import { randomUUID } from 'node:crypto';
import type { Browser, BrowserContext } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { launchChromium } from '../support/chromium.js';
import { TcpProxy } from '../support/tcp-proxy.js';
import { epoch, tokenOf } from '../support/tokens.js';
import { eventually } from './support/eventually.js';
import { NotesPage } from './support/notes-page.js';
import { NotesServer } from './support/notes-server.js';
import { StaticHost } from './support/static-host.js';

const file = (path: string) => new URL(path, import.meta.url);

describe('a page whose connection is cut', () => {
  let browser: Browser;
  let host: StaticHost;
  let server: NotesServer;
  let proxy: TcpProxy;
  let context: BrowserContext;
  /** What the tokens say that are given out, besides whose they are. */
  let claims: () => { readonly exp?: number };

  beforeAll(async () => {
    await NotesServer.build();
    browser = await launchChromium();
    // The page and its script come from elsewhere: they outlive the server.
    host = await StaticHost.listen({
      '/': { file: file('fixtures/reconnect/index.html'), type: 'text/html; charset=utf-8' },
      '/bounce-ws.js': { file: file('../../dist/client/bounce-ws.js'), type: 'text/javascript' },
    });
  });

  afterAll(async () => {
    await browser?.close();
    await host?.close();
  });

  beforeEach(async () => {
    server = await NotesServer.start();
    proxy = await TcpProxy.listen(server.port);
    context = await browser.newContext();
    claims = () => ({});
    await context.exposeFunction('fetchToken', () =>
      tokenOf('alice', { jti: randomUUID(), ...claims() }),
    );
  });

  afterEach(async () => {
    await context.close();
    await proxy.close();
    await server.kill();
  });

  const open = (query: Readonly<Record<string, string>> = {}) =>
    NotesPage.open(context, host.url, { url: `ws://127.0.0.1:${proxy.port}/`, ...query });

  interface Fault {
    readonly name: string;
    /** Begins it; nothing gets through until it has ended. */
    readonly begin: () => void | Promise<void>;
    readonly end: () => void | Promise<void>;
  }

  const faults: readonly Fault[] = [
    {
      name: 'the server is killed and started again on its port',
      begin: () => server.kill(),
      end: async () => {
        server = await NotesServer.start(server.port);
      },
    },
    {
      name: 'the server is stopped and started again on its port',
      begin: () => server.stop(),
      end: async () => {
        server = await NotesServer.start(server.port);
      },
    },
    {
      name: 'the connection is reset, and new ones as well for a while',
      begin: () => {
        proxy.refuse();
        proxy.reset();
      },
      end: () => proxy.heal(),
    },
    {
      name: 'the network swallows everything',
      begin: () => proxy.blackhole(),
      end: () => proxy.heal(),
    },
    {
      name: 'the network swallows what the server sends',
      begin: () => proxy.blackhole('down'),
      end: () => proxy.heal(),
    },
    {
      name: 'the network swallows what the page sends',
      begin: () => proxy.blackhole('up'),
      end: () => proxy.heal(),
    },
    {
      name: 'the server is gone and the page is not told',
      begin: () => {
        proxy.refuse();
        proxy.halfOpen('client');
      },
      end: () => proxy.heal(),
    },
  ];

  /** One where the server forgets everything, and one where it does not, do for the other way to tell a token. */
  const cases = [
    ...faults.map((fault) => [fault.name, 'query', fault] as const),
    ...[faults[0], faults[2]].map((fault) => [fault!.name, 'message', fault!] as const),
  ];

  it.each(cases)(
    'is back when %s (token in the %s): subscribed, with a new token, no handler twice, nothing queued lost',
    async (_name, place, { begin, end }) => {
      const page = await open({ tokenIn: place });
      await page.note(1);
      await page.hasNoted(1);
      const { id, token } = await page.whoami();
      expect(id).toBe('alice');

      await begin();
      await page.isAway();
      await page.note(2, 3);
      await end();

      await page.hasNoted(1, 2, 3);
      await page.isServed();
      await page.note(4);
      await page.hasNoted(1, 2, 3, 4);
      const back = await page.whoami();
      expect(back.id).toBe('alice');
      expect(back.token).not.toBe(token);
      const { surface, errors } = await page.read();
      expect(surface.filter((event) => event === 'open')).toHaveLength(2);
      expect(errors).toEqual([]);
    },
  );

  it('is back as often as it is cut, and gets no message twice', async () => {
    const page = await open();
    for (let round = 1; round <= 5; round++) {
      proxy.reset();
      await page.isAway();
      await page.note(round);
      await page.isServed();
    }
    await page.hasNoted(1, 2, 3, 4, 5);
    expect(proxy.accepted).toBe(6);
    // A subscription made twice, or a handler kept twice, would show.
    const { beats } = await page.read();
    expect(new Set(beats).size).toBe(beats.length);
  });

  it('stays where it is on a slow network', async () => {
    const page = await open();
    proxy.latency(100);
    await page.note(1, 2, 3);
    await page.hasNoted(1, 2, 3);
    await page.isServed();
    expect(proxy.accepted).toBe(1);
  });

  it('comes with a new token after the server has closed with 4401', async () => {
    const page = await open();
    const { token } = await page.whoami();
    await page.emit('sign_out');
    await eventually(() => Promise.resolve(proxy.accepted)).toBe(2);
    await page.isServed();
    expect((await page.whoami()).token).not.toBe(token);
    expect((await page.read()).states).toContainEqual(['disconnected', 4401]);
  });

  it('renews its token in time, as often as needed, on the same connection', async () => {
    claims = () => ({ exp: epoch(3) });
    const page = await open();
    const { token } = await page.whoami();
    await eventually(async () => (await page.read()).renewals).toBeGreaterThanOrEqual(2);
    await page.isServed();
    expect((await page.whoami()).token).not.toBe(token);
    const { surface, errors } = await page.read();
    expect(surface).toEqual(['open']);
    expect(errors).toEqual([]);
    expect(proxy.accepted).toBe(1);
  });

  it('does not wait for its turn when the network is back', async () => {
    const page = await open({ minDelayMs: '600000' });
    proxy.reset();
    await page.isAway();
    await context.setOffline(true);
    await context.setOffline(false);
    await page.isServed();
  });

  it('tries once more at once when the network came back during an attempt that fails', async () => {
    const page = await open({ minDelayMs: '600000' });
    proxy.blackhole('up');
    proxy.reset();
    await page.isAway();
    await page.hearsOfANetwork();
    await page.isConnecting();
    await page.hearsOfANetwork();
    proxy.heal();
    await page.isServed();
  });

  it('may have its script from another host: the tag names the server', async () => {
    const page = await context.newPage();
    await page.goto(host.url);
    await page.setContent(
      `<output>0</output>
      <script>
        const HANDLERS = {
          connect: () => sendMessage({ event: 'note', n: 7 }),
          noted: ({ n }) => (document.querySelector('output').textContent = n),
        };
      </script>
      <script src="/bounce-ws.js" data-path="ws://127.0.0.1:${proxy.port}/?token=${tokenOf('alice', { jti: 'in the tag' })}"></script>`,
    );
    await page.getByText('7', { exact: true }).waitFor();
  });

  it('is closed for good by a message that is too big, as far as a page can say so', async () => {
    const page = await open({ maxPayloadBytes: '1000' });
    await page.emit('big');
    await eventually(() => page.state()).toBe('closed');
    const { states, surface } = await page.read();
    expect(states.at(-1)).toEqual(['closed', 1009]);
    expect(surface).toEqual(['open', 1009]);
    await eventually(() => Promise.resolve(proxy.open)).toBe(0);
  });
});
