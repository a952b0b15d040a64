import { Script } from 'node:vm';
import { Controller, Get } from '@nestjs/common';
import { describe, expect, it } from 'vitest';
import { useApps } from '../../support/use-apps.js';

const start = useApps();

const scriptOf = (port: number): string => `http://127.0.0.1:${port}/bounce-ws/client.js`;

describe('serveClient', () => {
  it('serves the browser client at /bounce-ws/client.js, as JavaScript, by default', async () => {
    const { port } = await start();
    const response = await fetch(scriptOf(port));
    expect(response.status).toBe(200);
    expect(response.headers.get('content-type')).toBe('text/javascript; charset=utf-8');
    const source = await response.text();
    expect(source).toContain('BounceClient');
    // A classic script: one that a page loads without type="module".
    expect(() => new Script(source)).not.toThrow();
  });

  it('is asked for again when it may have changed', async () => {
    const { port } = await start();
    const response = await fetch(scriptOf(port));
    expect(response.headers.get('cache-control')).toBe('no-cache');
  });

  it('answers HEAD and only that one script', async () => {
    const { port } = await start();
    const head = await fetch(scriptOf(port), { method: 'HEAD' });
    expect(head.status).toBe(200);
    expect(await head.text()).toBe('');
    expect((await fetch(`http://127.0.0.1:${port}/bounce-ws/other.js`)).status).toBe(404);
    expect((await fetch(`http://127.0.0.1:${port}/bounce-ws/..%2fpackage.json`)).status).toBe(404);
  });

  it('can be switched off', async () => {
    const { port } = await start({ options: { serveClient: false } });
    expect((await fetch(scriptOf(port))).status).toBe(404);
  });

  it('keeps its address under a global prefix, and out of the way of the routes of the app', async () => {
    @Controller('bounce-ws')
    class AppController {
      @Get('mine') mine(): string {
        return 'mine';
      }
    }
    const { port } = await start({
      controllers: [AppController],
      configure: (app) => void app.setGlobalPrefix('api'),
    });
    expect((await fetch(scriptOf(port))).status).toBe(200);
    const mine = await fetch(`http://127.0.0.1:${port}/api/bounce-ws/mine`);
    expect(await mine.text()).toBe('mine');
  });
});
