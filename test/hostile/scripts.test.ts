import { WebSocketGateway } from '@nestjs/websockets';
import { type BounceSocket, BounceWsError, OnEvent } from 'bounce-ws';
import { BounceClient } from 'bounce-ws/client';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { useScripts } from '../e2e/sync-client/support/script.js';
import { hostileModule, useHostileApp } from './support/hostile-app.js';

const SCRIPT = 'globalThis.evalRan = true; process.exit(7)';

@WebSocketGateway()
class ScriptGateway {
  @OnEvent('ask_for_script')
  ask(client: BounceSocket) {
    try {
      client.evalJs(SCRIPT);
      return 'sent';
    } catch (error) {
      return error instanceof BounceWsError ? error.code : String(error);
    }
  }
}

describe('evalJs with the option off', () => {
  const hostile = useHostileApp({ module: hostileModule([ScriptGateway]) });

  it('throws at the call, and sends nothing', async () => {
    const peer = await hostile.connect();
    expect((await peer.request('ask_for_script')).data).toBe('forbidden');
    expect(await peer.barrier()).toEqual([]);
  });
});

describe('a script of the server that arrives at a client which did not opt in', () => {
  const hostile = useHostileApp({ module: hostileModule([ScriptGateway], { evalJs: true }) });
  const scripts = useScripts();
  const warn = vi.spyOn(console, 'warn');
  beforeEach(() => {
    warn.mockReset().mockImplementation(() => undefined);
  });
  afterEach(() => {
    Reflect.deleteProperty(globalThis, 'evalRan');
  });

  it.each([undefined, false, true])(
    'is dropped with a warning by BounceClient, in Node whatever allowEval says: %s',
    async (allowEval) => {
      const client = new BounceClient(hostile.url, allowEval === undefined ? {} : { allowEval });
      const seen: string[] = [];
      client.onAny((event) => seen.push(event));
      expect(await client.request('ask_for_script')).toBe('sent');
      expect(await client.request('rooms')).toEqual([]);
      client.close();
      expect(globalThis).not.toHaveProperty('evalRan');
      expect(seen).toEqual([]);
      expect(warn).toHaveBeenCalledExactlyOnceWith(expect.stringContaining('was not run'));
    },
  );

  it('is dropped with a warning by SyncBounceClient', async () => {
    const script = scripts.start(
      hostile.url.href,
      `const client = new SyncBounceClient(url);
       say(client.request('ask_for_script'));
       say(client.request('rooms'));
       say(client.receive({ timeoutMs: 0 }));
       say(globalThis.evalRan === undefined);
       client.close();`,
    );
    const { code, stderr } = await script.ended;
    expect(script.rest).toEqual(['sent', [], null, true]);
    expect(code).toBe(0);
    expect(stderr).toContain('A script of the server was dropped');
  });
});
