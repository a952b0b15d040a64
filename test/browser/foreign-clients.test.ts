import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type ReferenceServer, startReferenceServer } from '../conformance/reference-server.js';
import { launchChromium } from '../support/chromium.js';
import { type ForeignWindow, type PageScript, pathOf } from '../support/foreign-clients/pages.js';
import { eventually } from './support/eventually.js';

/** What the pages of this test note down. */
interface Noting extends ForeignWindow {
  heard: string[];
  failures: string[];
}

describe('the pages of other projects, in Chromium', () => {
  let browser: Browser;
  let server: ReferenceServer;

  beforeAll(async () => {
    browser = await launchChromium();
    server = await startReferenceServer({ port: 0, logger: false });
  });

  afterAll(async () => {
    await browser?.close();
    await server?.close();
  });

  /** Opens a page of the server's own origin with one of the scripts. */
  async function open(script: PageScript): Promise<Page> {
    const page = await browser.newPage();
    await page.goto(`http://127.0.0.1:${server.port}/health`);
    await page.addScriptTag({ path: pathOf(script) });
    await page.evaluate(() => {
      const noting = globalThis as unknown as Noting;
      noting.heard = [];
      noting.failures = [];
      addEventListener('error', ({ message }) => noting.failures.push(message));
    });
    return page;
  }

  const url = (path: string): string => new URL(path, server.url).href;
  const heard = (page: Page) => page.evaluate(() => (globalThis as unknown as Noting).heard);
  const failures = (page: Page) => page.evaluate(() => (globalThis as unknown as Noting).failures);

  async function openWszero(): Promise<Page> {
    const page = await open('wszero');
    await page.evaluate(async (address) => {
      const noting = globalThis as unknown as Noting;
      noting.HANDLERS = {
        announce: ({ text }) => noting.heard.push(String(text)),
        clock: () => undefined,
        fast: () => undefined,
      };
      const socket = noting.openWszero(address);
      await new Promise((resolve) => socket.addEventListener('open', resolve));
      noting.send_message({ op: 'join', room: 'browsers' });
    }, url('/wszero'));
    return page;
  }

  async function openMicrosockets(): Promise<Page> {
    const page = await open('microsockets');
    await page.evaluate(async (address) => {
      const noting = globalThis as unknown as Noting;
      const socket = noting.MicroSocket(address);
      socket.on('announce', (payload) =>
        noting.heard.push((JSON.parse(payload) as { text: string }).text),
      );
      await new Promise((resolve) => socket.addEventListener('open', resolve));
      socket.send('join', JSON.stringify({ room: 'browsers' }));
      Object.assign(noting, { socket });
    }, url('/microsockets'));
    return page;
  }

  async function openBazis(): Promise<Page> {
    const page = await open('bazis');
    await page.evaluate(async (address) => {
      const noting = globalThis as unknown as Noting;
      const client = new noting.BazisClient(address);
      client.onData = (data) => {
        const { text } = data as { text?: string };
        if (text !== undefined) noting.heard.push(text);
      };
      const socket = client.connect();
      await new Promise((resolve) => socket.addEventListener('open', resolve));
      client.send({ type: 'join', room: 'browsers' });
      Object.assign(noting, { client });
    }, url('/bazis'));
    return page;
  }

  it('talk to each other in one room, and none of them stumbles over what it gets', async () => {
    const [zero, micro, bazis] = [await openWszero(), await openMicrosockets(), await openBazis()];
    // The last to join speaks first: that it is heard by itself says that it is in the room.
    await bazis.evaluate(() => {
      const { client } = globalThis as unknown as { client: InstanceType<Noting['BazisClient']> };
      client.send({ type: 'announce', text: 'from bazis-ws', channel: 'browsers' });
    });
    for (const page of [zero, micro, bazis]) {
      await eventually(() => heard(page)).toEqual(['from bazis-ws']);
    }
    await micro.evaluate(() => {
      const { socket } = globalThis as unknown as { socket: ReturnType<Noting['MicroSocket']> };
      socket.send('announce', '{"text":"from microsockets","channel":"browsers"}');
    });
    for (const page of [zero, micro, bazis]) {
      await eventually(() => heard(page)).toContain('from microsockets');
    }
    await zero.evaluate(() => {
      const { send_message: send } = globalThis as unknown as Noting;
      send({ op: 'announce', text: 'from websocket-zero', channel: 'browsers' });
    });
    for (const page of [zero, micro, bazis]) {
      await eventually(() => heard(page)).toEqual([
        'from bazis-ws',
        'from microsockets',
        'from websocket-zero',
      ]);
      expect(await failures(page)).toEqual([]);
    }
  });
});
