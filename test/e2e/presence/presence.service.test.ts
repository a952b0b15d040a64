import { setTimeout as wait } from 'node:timers/promises';
import { BounceWsError, ConnectionRegistry } from 'bounce-ws';
import { firstValueFrom, lastValueFrom, toArray } from 'rxjs';
import { describe, expect, it } from 'vitest';
import { TimerAccount } from '../../support/timers.js';
import { expectNoUnhandledErrors } from '../../support/unhandled.js';
import { GRACE_MS, LONG_GRACE_MS, useNodes } from './support/nodes.js';

const start = useNodes();
expectNoUnhandledErrors();

describe('PresenceService', () => {
  it('knows a user from their first connection on', async () => {
    const { presence, connect } = await start();
    expect(await presence.isOnline('ann')).toBe(false);
    const ann = await connect('ann');
    await ann.barrier();
    expect(await presence.isOnline('ann')).toBe(true);
    expect(await presence.count()).toBe(1);
  });

  it('does not count connections without a user', async () => {
    const { presence, changes, connect } = await start();
    const nobody = await connect();
    await nobody.barrier();
    expect(await presence.count()).toBe(0);
    expect(changes).toEqual([]);
  });

  it('answers for many users at once, each under their id', async () => {
    const { presence, connect } = await start();
    await (await connect('ann')).barrier();
    await (await connect('__proto__')).barrier();
    const answers = await presence.areOnline(['ben', 'ann', 'ann', '__proto__', 'toString', '']);
    expect([...answers]).toEqual([
      ['ben', false],
      ['ann', true],
      ['__proto__', true],
      ['toString', false],
      ['', false],
    ]);
    expect(await presence.areOnline([])).toEqual(new Map());
  });

  it('takes three tabs for one user, who is away when the last one has been closed for the grace', async () => {
    const { presence, changes, connect } = await start();
    const tabs = [await connect('ann'), await connect('ann'), await connect('ann')];
    for (const tab of tabs) await tab.barrier();
    expect(await presence.count()).toBe(1);
    await tabs[0]!.close();
    await tabs[1]!.close();
    await wait(GRACE_MS * 2);
    expect(await presence.isOnline('ann')).toBe(true);
    const closedAt = performance.now();
    await tabs[2]!.close();
    await expect.poll(() => presence.isOnline('ann'), { interval: 5 }).toBe(false);
    const tookMs = performance.now() - closedAt;
    expect(tookMs).toBeGreaterThanOrEqual(GRACE_MS - 5);
    expect(tookMs).toBeLessThan(GRACE_MS + 1_000);
    expect(changes).toEqual(['+ann', '-ann']);
  });

  it('says nothing of a user who is back within the grace', async () => {
    const { changes, connect } = await start({ presence: { graceMs: LONG_GRACE_MS } });
    for (let visit = 0; visit < 5; visit++) {
      const ann = await connect('ann');
      await ann.barrier();
      await ann.close();
    }
    const ann = await connect('ann');
    await ann.barrier();
    // Whose grace begins later, and ends later.
    await (await connect('ben')).close();
    await expect.poll(() => changes).toContain('-ben');
    expect(changes).toEqual(['+ann', '+ben', '-ben']);
  });

  it('takes a user who signs out offline at once', async () => {
    const { presence, changes, connect } = await start({ presence: { graceMs: 60_000 } });
    const ann = await connect('ann');
    await ann.request('sign_out');
    expect(await presence.isOnline('ann')).toBe(false);
    expect(changes).toEqual(['+ann', '-ann']);
  });

  it('has no grace when it is set to 0', async () => {
    const { changes, connect } = await start({ presence: { graceMs: 0 } });
    await (await connect('ann')).close();
    await expect.poll(() => changes).toEqual(['+ann', '-ann']);
  });

  it('lists users page by page, each once', async () => {
    const { presence, connect } = await start();
    const names = Array.from({ length: 7 }, (_, index) => `user-${index}`);
    for (const name of names) await (await connect(name)).barrier();
    const seen: string[] = [];
    let cursor: string | null = null;
    let pages = 0;
    do {
      const page: Awaited<ReturnType<typeof presence.list>> = await presence.list({
        limit: 3,
        cursor,
      });
      seen.push(...page.users);
      cursor = page.cursor;
      pages++;
    } while (cursor !== null);
    expect(seen.toSorted()).toEqual(names);
    expect(pages).toBe(3);
  });

  it.each([0, -1, 1.5, 1_001, Number.NaN, '10'])('refuses %s as a limit', async (limit) => {
    const { presence } = await start();
    await expect(presence.list({ limit: limit as number })).rejects.toThrow(BounceWsError);
  });

  it('knows when a user was seen last', async () => {
    const { app, presence, connect } = await start();
    expect(await presence.lastSeen('ann')).toBeNull();
    const ann = await connect('ann');
    await ann.barrier();
    const askedAt = Date.now();
    expect(Number(await presence.lastSeen('ann'))).toBeGreaterThanOrEqual(askedAt);
    let leftAt = 0;
    app.get(ConnectionRegistry).closed$.subscribe(() => (leftAt = Date.now()));
    await ann.close();
    await expect.poll(() => presence.isOnline('ann')).toBe(false);
    // When they left, not when the grace was over.
    expect(Math.abs(Number(await presence.lastSeen('ann')) - leftAt)).toBeLessThan(GRACE_MS / 2);
  });

  it('makes no timer and no promise a connection: one timer for all who may come back', async () => {
    const { connect } = await start({ presence: { graceMs: 60_000 } });
    const tabs = await Promise.all(
      Array.from({ length: 50 }, (_, index) => connect(`user-${index}`)),
    );
    for (const tab of tabs) await tab.barrier();
    const account = new TimerAccount().open();
    await Promise.all(tabs.map((tab) => tab.close()));
    const graces = (await account.alive()).filter((stack) => stack.includes('grace-queue'));
    account.close();
    expect(graces).toHaveLength(1);
  });

  it('takes everybody offline when the app closes, tells so, and leaves no timer behind', async () => {
    const account = new TimerAccount().open();
    const { app, presence, changes, connect } = await start();
    await (await connect('ann')).barrier();
    await (await connect('ben')).close();
    const completed = lastValueFrom(presence.changes$.pipe(toArray()));
    await app.close();
    await completed;
    expect(changes.slice(0, 2).toSorted()).toEqual(['+ann', '+ben']);
    expect(changes.slice(2).toSorted()).toEqual(['-ann', '-ben']);
    expect(await account.alive()).toEqual([]);
    account.close();
  });

  it('tells of a user by changes$ once they are online', async () => {
    const { presence, connect } = await start();
    const change = firstValueFrom(presence.changes$);
    await connect('ann');
    expect(await change).toEqual({ userId: 'ann', online: true });
  });
});
