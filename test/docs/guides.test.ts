import { INJECTABLE_WATERMARK, MODULE_METADATA } from '@nestjs/common/constants.js';
import type { Type } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { NestMetadata } from '../../lib/common/index.js';
import { startApp } from '../support/start-app.js';
import { readDocument } from './support/documents.js';
import { exchangesOf, replay } from './support/exchange.js';
import { DocumentModules } from './support/modules.js';
import { snippetsOf } from './support/snippets.js';

const isClass = (value: unknown): value is Type => typeof value === 'function';
const isProvider = (type: Type) =>
  Reflect.hasMetadata(INJECTABLE_WATERMARK, type) ||
  Reflect.hasMetadata(NestMetadata.Gateway, type);
const isModule = (type: Type) => Reflect.hasMetadata(MODULE_METADATA.IMPORTS, type);

describe.each([
  'docs/gateways.md',
  'docs/rooms-and-broadcast.md',
  'docs/history.md',
  'docs/senders.md',
  'docs/hooks-and-middleware.md',
  'docs/options.md',
])('%s', (path) => {
  const document = readDocument(path);
  let modules: DocumentModules;

  beforeAll(async () => {
    modules = await DocumentModules.write(document);
  });

  afterAll(() => modules?.remove());

  beforeEach(() => {
    vi.spyOn(console, 'log').mockReturnValue();
  });

  afterEach(() => {
    vi.restoreAllMocks();
  });

  it.each(snippetsOf(document).map(({ block, fileName }) => [block.line, fileName] as const))(
    'shows at line %i what starts in an app',
    async (_line, fileName) => {
      const classes = Object.values(await modules.load(fileName)).filter(isClass);
      const app = await NestFactory.create(
        { module: class Root {}, imports: classes.filter(isModule) },
        { logger: false, abortOnError: false },
      );
      await app.init();
      await app.close();
      const started = await startApp({ providers: classes.filter(isProvider) });
      await started.app.close();
      expect(started.log).toMatchObject({ errors: [], warnings: [] });
    },
  );

  it('shows exchanges that happen', async () => {
    const loaded = await Promise.all(
      modules.snippets.map(({ fileName }) => modules.load(fileName)),
    );
    const providers = loaded.flatMap((exported) => Object.values(exported).filter(isClass));
    const senders = new Set(providers.filter(isProvider));
    for (const exchange of exchangesOf(document)) {
      const { app, url } = await startApp({ providers: [...senders] });
      await replay(url, exchange, new Set());
      await app.close();
    }
  });
});
