import { afterAll, beforeAll, describe, it } from 'vitest';
import { type ReferenceServer, startReferenceServer } from '../conformance/reference-server.js';
import { readDocument } from './support/documents.js';
import { exchangesOf, replay } from './support/exchange.js';

describe('the worked exchanges of PROTOCOL.md', () => {
  let server: ReferenceServer;

  beforeAll(async () => {
    // What fails on purpose is logged on purpose.
    server = await startReferenceServer({ port: 0, logger: false });
  });

  afterAll(() => server?.close());

  const exchanges = exchangesOf(readDocument('PROTOCOL.md'));

  it.each(exchanges.map((exchange) => [exchange.line, exchange] as const))(
    'happen as the page says: line %i',
    async (_line, exchange) => {
      // Those of the appendices say which endpoint they are on.
      const path = /(\/\w+)$/.exec(exchange.language)?.[1] ?? '/ws';
      await replay(new URL(path, server.url).href, exchange, new Set(['clock', 'fast', 'count']));
    },
  );
});
