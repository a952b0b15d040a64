import { fileURLToPath } from 'node:url';
import type { BounceClient } from 'bounce-ws/client';
import type { Browser } from 'playwright-core';
import { rolldown } from 'rolldown';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type ReferenceServer, startReferenceServer } from '../conformance/reference-server.js';
import { launchChromium } from '../support/chromium.js';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const ENTRY = '\0page';

/** What the page's script leaves on `window`. */
interface PackedWindow {
  readonly connect: (url: string) => BounceClient;
}

/** Bundles what a page would import, as an app's own bundler does. */
async function bundlePage(): Promise<string> {
  const build = await rolldown({
    input: ENTRY,
    platform: 'browser',
    tsconfig: `${ROOT}tsconfig.json`,
    plugins: [
      {
        name: 'page',
        resolveId: (id) => (id === ENTRY ? id : null),
        load: (id) =>
          id === ENTRY
            ? `import { BounceClient } from '${ROOT}lib/client/index.ts';
               import { MsgpackCodec } from '${ROOT}lib/protocol/codecs/msgpack.codec.ts';
               window.connect = (url) => new BounceClient(url, { codec: new MsgpackCodec() });`
            : null,
      },
    ],
  });
  const { output } = await build.generate({ format: 'iife' });
  await build.close();
  return output[0].code;
}

describe('a page that speaks MessagePack', () => {
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

  it('asks, is answered, subscribes, and carries bytes and every letter', async () => {
    const page = await browser.newPage();
    const kinds: string[] = [];
    page.on('websocket', (socket) => {
      socket.on('framereceived', ({ payload }) => kinds.push(typeof payload));
    });
    await page.goto(`http://127.0.0.1:${server.port}/health`);
    await page.addScriptTag({ content: await bundlePage() });
    const answers = await page.evaluate(async (url) => {
      const client = (globalThis as unknown as PackedWindow).connect(url);
      const sum: unknown = await client.request('add', { a: 2, b: 3 });
      const text: unknown = await client.request('echo', { text: 'ä 🫖', when: new Date(0) });
      const bytes = (await client.request('echo', { raw: new Uint8Array([1, 255]) })) as {
        raw: Uint8Array;
      };
      const tick = new Promise((resolve) => {
        client.on('clock', resolve);
      });
      await client.subscribe('clock');
      const clock = (await tick) as { n: number };
      const code: unknown = await client.request('nonsense').catch((error: unknown) => {
        return (error as { code: string }).code;
      });
      client.close();
      return { sum, text, bytes: [...bytes.raw], ticks: clock.n > 0, code };
    }, server.url);
    expect(answers).toEqual({
      sum: 5,
      text: { text: 'ä 🫖', when: '1970-01-01T00:00:00.000Z' },
      bytes: [1, 255],
      ticks: true,
      code: 'unknown_event',
    });
    expect(new Set(kinds)).toEqual(new Set(['object']));
  });
});
