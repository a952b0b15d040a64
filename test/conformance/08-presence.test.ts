import { randomUUID } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { tokenOf } from '../support/tokens.js';
import type { WsPeer } from '../support/ws-peer.js';
import { errorData } from './support/errors.js';
import { useTarget } from './support/target.js';

const target = useTarget();

const timestamp = expect.any(String) as string;

async function connectAs(user: string): Promise<WsPeer> {
  const peer = await target.connect();
  await peer.request('authenticate', { token: tokenOf(user) });
  return peer;
}

/** A room that nobody has been in. */
const newRoom = (): string => `presence-${randomUUID()}`;

const stateOf = async (peer: WsPeer) => (await peer.next('presence_state')).data;
const diffOf = async (peer: WsPeer) => (await peer.next('presence_diff')).data;

describe('8.6 Presence in a room', () => {
  it('is told whole to who enters, and then what changes', async () => {
    const room = newRoom();
    const [alice, bob] = [await connectAs('alice'), await connectAs('bob')];
    await alice.request('show', { room, meta: { color: 'red' } });
    expect(await alice.next()).toEqual({
      event: 'presence_state',
      data: { room, members: [{ user: 'alice', meta: { color: 'red' } }] },
      timestamp,
    });
    await bob.request('show', { room });
    expect(await alice.next()).toEqual({
      event: 'presence_diff',
      data: { room, joins: [{ user: 'bob', meta: {} }], leaves: [] },
      timestamp,
    });
    const { members } = (await stateOf(bob)) as { members: { user: string }[] };
    expect(members.toSorted((one, other) => one.user.localeCompare(other.user))).toEqual([
      { user: 'alice', meta: { color: 'red' } },
      { user: 'bob', meta: {} },
    ]);
    await bob.request('hide', { room });
    expect(await diffOf(alice)).toEqual({ room, joins: [], leaves: [{ user: 'bob' }] });
  });

  it('has new metadata among the joins', async () => {
    const room = newRoom();
    const [alice, bob] = [await connectAs('alice'), await connectAs('bob')];
    await bob.request('show', { room });
    await stateOf(bob);
    await alice.request('show', { room });
    await stateOf(alice);
    expect(await diffOf(bob)).toMatchObject({ joins: [{ user: 'alice', meta: {} }] });
    await alice.request('show', { room, meta: { busy: true } });
    const changed = { room, joins: [{ user: 'alice', meta: { busy: true } }], leaves: [] };
    expect(await diffOf(bob)).toEqual(changed);
    expect(await diffOf(alice)).toEqual(changed);
  });

  it('has a user once, until the last of their connections has left', async () => {
    const room = newRoom();
    const [tab, phone, bob, carol] = [
      await connectAs('alice'),
      await connectAs('alice'),
      await connectAs('bob'),
      await connectAs('carol'),
    ];
    await bob.request('show', { room });
    await stateOf(bob);
    for (const peer of [tab, phone]) await peer.request('show', { room });
    expect(await stateOf(phone)).toMatchObject({ members: { length: 2 } });
    expect(await diffOf(bob)).toMatchObject({ joins: [{ user: 'alice' }], leaves: [] });
    await tab.request('leave', { room });
    await carol.request('show', { room });
    expect(await diffOf(bob)).toEqual({ room, joins: [{ user: 'carol', meta: {} }], leaves: [] });
    await phone.request('leave', { room });
    expect(await diffOf(bob)).toEqual({ room, joins: [], leaves: [{ user: 'alice' }] });
  });

  it('is not told to members who did not ask, nor in other rooms', async () => {
    const [room, other] = [newRoom(), newRoom()];
    const [alice, bob, guest] = [
      await connectAs('alice'),
      await connectAs('bob'),
      await target.connect(),
    ];
    await guest.request('join', { room });
    await bob.request('show', { room: other });
    expect(await stateOf(bob)).toEqual({ room: other, members: [{ user: 'bob', meta: {} }] });
    await alice.request('show', { room });
    await stateOf(alice);
    for (const peer of [guest, bob]) expect(await target.settled(peer)).toEqual([]);
  });

  it('is of users: a guest cannot show up', async () => {
    const guest = await target.connect();
    expect((await guest.request('show', { room: newRoom() })).data).toEqual(
      errorData('unauthenticated', { event: 'show' }),
    );
  });
});
