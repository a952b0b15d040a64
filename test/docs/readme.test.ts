import { mkdir, writeFile } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import type { Type } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import type { NestExpressApplication } from '@nestjs/platform-express';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { launchChromium } from '../support/chromium.js';
import { readDocument } from './support/documents.js';
import { exchangesOf, replay } from './support/exchange.js';
import { DocumentModules } from './support/modules.js';

const README = readDocument('README.md');

describe('the README', () => {
  let modules: DocumentModules;
  let app: NestExpressApplication;
  let browser: Browser;
  let address: string;

  beforeAll(async () => {
    browser = await launchChromium();
    modules = await DocumentModules.write(README);
    const publicFolder = join(modules.folder, 'public');
    await mkdir(publicFolder, { recursive: true });
    const page = README.blocks.find(({ language }) => language === 'html')?.code ?? '';
    await writeFile(join(publicFolder, 'index.html'), page);

    // What its main.ts does, on a free port.
    const { AppModule } = await modules.load('app.module.ts');
    app = await NestFactory.create<NestExpressApplication>(AppModule as Type, { logger: false });
    app.useStaticAssets(publicFolder);
    await app.listen(0);
    address = `localhost:${(app.getHttpServer().address() as AddressInfo).port}`;
  });

  afterAll(async () => {
    await browser?.close();
    await app?.close();
    await modules?.remove();
  });

  const open = async (): Promise<Page> => {
    const page = await browser.newPage();
    await page.goto(`http://${address}`);
    return page;
  };

  it('shows the exchange that its server has with a plain WebSocket', async () => {
    const [exchange] = exchangesOf(README);
    await replay(`ws://${address}`, exchange!, new Set(['clock']));
  });

  it('has a page on which two tabs see what one of them says', async () => {
    const [alice, bob] = [await open(), await open()];
    await bob.getByRole('textbox').fill('I am here');
    await bob.getByRole('textbox').press('Enter');
    await bob.getByText('I am here').waitFor();
    await alice.getByRole('textbox').fill('hello');
    await alice.getByRole('textbox').press('Enter');
    await bob.getByText('hello').waitFor();
    expect(await bob.getByRole('listitem').allTextContents()).toEqual(['I am here', 'hello']);
  });
});
