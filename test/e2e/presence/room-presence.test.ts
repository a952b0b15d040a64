import { setTimeout as wait } from 'node:timers/promises';
import { memoryEngine, MemoryBus } from 'bounce-ws';
import { describe, expect, it } from 'vitest';
import { TimerAccount } from '../../support/timers.js';
import { expectNoUnhandledErrors } from '../../support/unhandled.js';
import type { WsPeer } from '../../support/ws-peer.js';
import { LONG_GRACE_MS, useNodes } from './support/nodes.js';

const start = useNodes();
expectNoUnhandledErrors();

const show = (peer: WsPeer, meta?: unknown, room = 'tea') => peer.request('show', { room, meta });

/** The data of the next message about presence. */
const state = async (peer: WsPeer) => (await peer.next('presence_state')).data;
const diff = async (peer: WsPeer) => (await peer.next('presence_diff')).data;

describe('Presence in a room', () => {
  it('sends who is there once, and then who comes and goes', async () => {
    const { connect } = await start();
    const ann = await connect('ann');
    await show(ann, { name: 'Ann' });
    expect(await state(ann)).toEqual({
      room: 'tea',
      members: [{ user: 'ann', meta: { name: 'Ann' } }],
    });
    const ben = await connect('ben');
    await show(ben, { name: 'Ben' });
    expect(await diff(ann)).toEqual({
      room: 'tea',
      joins: [{ user: 'ben', meta: { name: 'Ben' } }],
      leaves: [],
    });
    expect(await state(ben)).toEqual({
      room: 'tea',
      members: [
        { user: 'ann', meta: { name: 'Ann' } },
        { user: 'ben', meta: { name: 'Ben' } },
      ],
    });
    await ben.request('hide', { room: 'tea' });
    expect(await diff(ann)).toEqual({ room: 'tea', joins: [], leaves: [{ user: 'ben' }] });
    expect(await ann.barrier()).toEqual([]);
    expect(await ben.barrier()).toEqual([]);
  });

  it('tells of new metadata as of somebody who comes', async () => {
    const { presence, connect } = await start();
    const [ann, ben] = [await connect('ann'), await connect('ben')];
    await show(ann, 'here');
    await state(ann);
    await show(ben);
    await diff(ann);
    await state(ben);
    await show(ann, 'busy');
    const changed = { room: 'tea', joins: [{ user: 'ann', meta: 'busy' }], leaves: [] };
    expect(await diff(ben)).toEqual(changed);
    expect(await diff(ann)).toEqual(changed);
    expect(await presence.room('tea')).toEqual([
      { userId: 'ann', meta: 'busy' },
      { userId: 'ben', meta: {} },
    ]);
  });

  it('has a user with three tabs once, until the last one leaves', async () => {
    const { presence, connect } = await start();
    const ben = await connect('ben');
    await show(ben);
    await state(ben);
    const tabs = [await connect('ann'), await connect('ann'), await connect('ann')];
    for (const tab of tabs) await show(tab);
    for (const tab of tabs) expect(await state(tab)).toMatchObject({ members: { length: 2 } });
    expect(await diff(ben)).toMatchObject({ joins: [{ user: 'ann' }] });
    await tabs[0]!.request('leave', { room: 'tea' });
    await tabs[1]!.request('hide', { room: 'tea' });
    expect(await presence.room('tea')).toHaveLength(2);
    await tabs[2]!.request('leave', { room: 'tea' });
    expect(await diff(ben)).toMatchObject({ leaves: [{ user: 'ann' }] });
    expect(await ben.barrier()).toEqual([]);
  });

  it('says nothing of a member who is back within the grace, and tells them the state anew', async () => {
    const { connect } = await start({ presence: { graceMs: LONG_GRACE_MS } });
    const [ann, ben] = [await connect('ann'), await connect('ben')];
    await show(ben);
    await show(ann);
    await state(ben);
    await state(ann);
    // Whatever ben was told of ann came with it.
    await ben.barrier();
    await ann.close();
    const back = await connect('ann');
    await show(back);
    expect(await state(back)).toMatchObject({ members: { length: 2 } });
    await wait(LONG_GRACE_MS + 100);
    expect(await ben.barrier()).toEqual([]);
    await back.request('leave', { room: 'tea' });
    expect(await diff(ben)).toEqual({ room: 'tea', joins: [], leaves: [{ user: 'ann' }] });
  });

  it('leaves no trace of what comes and goes within one diff', async () => {
    const { connect } = await start({ presence: { diffIntervalMs: 800 } });
    const [ann, ben, cai] = [await connect('ann'), await connect('ben'), await connect('cai')];
    await show(ben);
    await state(ben);
    await show(ann);
    await ann.request('leave', { room: 'tea' });
    await show(cai);
    expect(await diff(ben)).toMatchObject({ joins: [{ user: 'cai' }], leaves: [] });
    expect(await ben.barrier()).toEqual([]);
    expect(await ann.barrier()).toEqual([]);
  });

  it('keeps rooms apart, and who is not told out of it', async () => {
    const { presence, connect } = await start();
    const [ann, ben, cai] = [await connect('ann'), await connect('ben'), await connect('cai')];
    await show(ann, {}, 'tea');
    await show(ben, {}, 'coffee');
    await cai.request('show', { room: 'tea', notify: false });
    expect(await state(ann)).toMatchObject({ room: 'tea' });
    expect(await state(ben)).toEqual({ room: 'coffee', members: [{ user: 'ben', meta: {} }] });
    expect((await presence.room('tea')).map(({ userId }) => userId)).toEqual(['ann', 'cai']);
    expect(await cai.barrier()).toEqual([]);
    expect(await ben.barrier()).toEqual([]);
    expect(await presence.room('nowhere')).toEqual([]);
  });

  it('makes one state and few diffs of many who come at once, not one message for each pair', async () => {
    const { connect } = await start();
    const count = 100;
    const peers = await Promise.all(
      Array.from({ length: count }, (_, index) => connect(`user-${index}`)),
    );
    let messages = 0;
    for (const peer of peers) {
      peer.socket.on('message', (frame: Buffer) => {
        if (frame.includes('"presence_')) messages++;
      });
    }
    await Promise.all(peers.map((peer) => show(peer)));
    const known = await Promise.all(
      peers.map(async (peer) => {
        const { members } = (await state(peer)) as { members: { user: string }[] };
        const users = new Set(members.map(({ user }) => user));
        while (users.size < count) {
          const { joins } = (await diff(peer)) as { joins: { user: string }[] };
          for (const { user } of joins) users.add(user);
        }
        return users.size;
      }),
    );
    expect(known).toEqual(peers.map(() => count));
    // Each a state, and a diff for each tenth of a second that it took: 10 000 would be one for each pair.
    expect(messages).toBeLessThan(count * 10);
  });

  it('refuses who has no user, names that are none, and metadata that is too long', async () => {
    const { connect } = await start({ presence: { maxMetaBytes: 16 } });
    const nobody = await connect();
    expect((await show(nobody)).data).toMatchObject({ code: 'unauthenticated' });
    const ann = await connect('ann');
    expect((await show(ann, {}, 'no room')).data).toMatchObject({ code: 'invalid_payload' });
    expect((await show(ann, 'x'.repeat(15))).data).toMatchObject({
      code: 'limit_exceeded',
      details: { limit: 'maxMetaBytes', max: 16 },
    });
    expect((await show(ann, 'x'.repeat(14))).event).toBe('ack');
  });

  it('takes a user who signs out out of their rooms at once', async () => {
    const { connect } = await start({ presence: { graceMs: 60_000 } });
    const [ann, ben] = [await connect('ann'), await connect('ben')];
    await show(ben);
    await state(ben);
    await show(ann);
    await diff(ben);
    await ann.request('sign_out');
    expect(await diff(ben)).toMatchObject({ leaves: [{ user: 'ann' }] });
  });

  it('is one room on several nodes', async () => {
    const bus = new MemoryBus();
    const [one, two] = [
      await start({ engine: memoryEngine({ bus }) }),
      await start({ engine: memoryEngine({ bus }) }),
    ];
    const ann = await one.connect('ann');
    await show(ann, 1);
    await state(ann);
    const ben = await two.connect('ben');
    await show(ben, 2);
    expect(await state(ben)).toMatchObject({
      members: [{ user: 'ann', meta: 1 }, { user: 'ben' }],
    });
    expect(await diff(ann)).toMatchObject({ joins: [{ user: 'ben', meta: 2 }] });
    // On both nodes, with what was said last.
    const again = await two.connect('ann');
    await show(again, 3);
    expect(await diff(ben)).toMatchObject({ joins: [{ user: 'ann', meta: 3 }] });
    expect(await diff(ann)).toMatchObject({ joins: [{ user: 'ann', meta: 3 }] });
    await again.request('leave', { room: 'tea' });
    expect((await one.presence.room('tea'))[0]).toEqual({ userId: 'ann', meta: 3 });
    expect(await ben.barrier()).toEqual([]);
    await two.app.close();
    expect(await diff(ann)).toEqual({ room: 'tea', joins: [], leaves: [{ user: 'ben' }] });
  });

  it('leaves no timer and nothing in memory when everybody is gone', async () => {
    const account = new TimerAccount().open();
    const { app, presence, connect } = await start();
    const ann = await connect('ann');
    await show(ann);
    await state(ann);
    await ann.close();
    await expect.poll(() => presence.room('tea')).toEqual([]);
    await app.close();
    expect(await account.alive()).toEqual([]);
    account.close();
  });
});
