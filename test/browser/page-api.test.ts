import type { AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';
import type { INestApplication } from '@nestjs/common';
import { WebSocketGateway } from '@nestjs/websockets';
import { BroadcastService, EmitEvery, OnEvent, runServer, type BounceSocket } from 'bounce-ws';
import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { launchChromium } from '../support/chromium.js';
import { eventually } from './support/eventually.js';

@WebSocketGateway()
class PageGateway {
  private beats = 0;

  constructor(private readonly broadcast: BroadcastService) {}

  @OnEvent('announce')
  announce(_client: BounceSocket, text: string, channel = 'general') {
    this.broadcast.toAll().emit('announce', { text, channel });
  }

  @OnEvent('paint')
  paint(client: BounceSocket) {
    client.evalJs('document.title = "Painted"');
    client.emit('done');
  }

  @EmitEvery('beat', { rateHz: 20 })
  beat() {
    this.beats += 1;
    return { n: this.beats };
  }
}

const publicDir = fileURLToPath(new URL('fixtures/page-api', import.meta.url));

describe('a page without any library', () => {
  let browser: Browser;
  let app: INestApplication;

  beforeAll(async () => {
    browser = await launchChromium();
  });

  afterAll(() => browser?.close());

  beforeEach(async () => {
    app = await runServer(PageGateway, { port: 0, publicDir, evalJs: true });
  });

  afterEach(async () => {
    await Promise.all(browser.contexts().map((context) => context.close()));
    await app.close();
  });

  const open = async (path = ''): Promise<Page> => {
    const { port } = app.getHttpServer().address() as AddressInfo;
    const page = await browser.newPage();
    await page.goto(`http://localhost:${port}/${path}`);
    await page.getByText('connected', { exact: true }).waitFor();
    return page;
  };

  const heard = (page: Page) =>
    page.getByRole('list', { name: 'Heard' }).getByRole('listitem').allTextContents();

  it('hears through HANDLERS what another page says with sendMessage', async () => {
    const [alice, bob] = [await open(), await open()];
    await alice.getByLabel('Text').fill('Good morning');
    await alice.getByRole('button', { name: 'Announce' }).click();
    await eventually(() => heard(bob)).toEqual(['announce in general: Good morning']);
    await eventually(() => heard(alice)).toEqual(['announce in general: Good morning']);
  });

  it('subscribes to the senders that its script tag names', async () => {
    const page = await open();
    await eventually(async () =>
      Number(await page.locator('#beats').textContent()),
    ).toBeGreaterThan(3);
  });

  it('is told when the server refuses a message, and when the server goes away', async () => {
    const page = await open();
    await page.getByRole('button', { name: 'Send nonsense' }).click();
    await eventually(() => heard(page)).toEqual(['error: invalid_payload']);
    await app.close();
    await page.getByText('disconnected with 1012').waitFor();
  });

  it('runs a script of the server only if its script tag allows it', async () => {
    const [strict, willing] = [await open(), await open('allow-eval.html')];
    for (const page of [strict, willing]) {
      await page.getByRole('button', { name: 'Ask for a script' }).click();
      await eventually(() => heard(page)).toEqual(['the server is done']);
    }
    expect(await strict.title()).toBe('Not touched');
    expect(await willing.title()).toBe('Painted');
  });
});
