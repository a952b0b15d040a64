import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { ClientFixture, nextData } from './client-fixture.js';

describe('a script of the server', () => {
  const fixture = new ClientFixture();
  const warn = vi.spyOn(console, 'warn');
  beforeEach(() => {
    warn.mockReset().mockImplementation(() => undefined);
  });
  afterEach(() => {
    vi.unstubAllGlobals();
  });

  it.each([false, true])('never runs in Node, with allowEval %s', async (allowEval) => {
    const [client, peer] = await fixture.pair({ allowEval });
    // Not even where something like a page has been set up, as test environments do.
    vi.stubGlobal('document', {});
    peer.send('eval_js', { script: 'globalThis.evalRan = true' });
    peer.send('end');
    await nextData(client, 'end');
    expect(globalThis).not.toHaveProperty('evalRan');
    expect(warn).toHaveBeenCalledExactlyOnceWith(expect.stringContaining('was not run'));
  });

  it('is no event that handlers see', async () => {
    const [client, peer] = await fixture.pair();
    const seen = vi.fn();
    client.on('eval_js', seen);
    client.onAny((event) => {
      if (event === 'eval_js') seen();
    });
    peer.send('eval_js', { script: '1' });
    peer.send('end');
    await nextData(client, 'end');
    expect(seen).not.toHaveBeenCalled();
  });
});
