import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type PeerMessage, WsPeer } from '../../../support/ws-peer.js';
import type { ClusterNode, ClusterUnderTest } from '../../cluster/support/cluster.suite.js';

/** How many messages of a room the nodes keep. */
export const SIZE = 20;

interface Position {
  readonly room: string;
  readonly epoch: string;
  readonly offset: number;
}

/** What a message looks like that has a place. */
type Numbered = PeerMessage & { readonly room: string; readonly offset: number };

/**
 * What holds for rooms with history on three nodes, whatever engine connects them.
 *
 * @param start - called before each test; its nodes keep {@link SIZE} messages of a room
 */
export function describeHistory(name: string, start: () => Promise<ClusterUnderTest>): void {
  describe(`rooms with history, on ${name}`, () => {
    let cluster: ClusterUnderTest;
    let nodes: readonly ClusterNode[] = [];
    let alice: WsPeer;
    let bob: WsPeer;
    let carol: WsPeer;

    beforeEach(async () => {
      cluster = await start();
      nodes = await Promise.all([1, 2, 3].map(() => cluster.startNode()));
      [alice, bob, carol] = (await Promise.all(nodes.map(({ url }) => WsPeer.connect(url)))) as [
        WsPeer,
        WsPeer,
        WsPeer,
      ];
    });

    afterEach(async () => {
      await Promise.all(nodes.map((node) => node.stop()));
      await cluster.stop?.();
    });

    const everybody = (): readonly WsPeer[] => [alice, bob, carol];

    /** Enters a room. @returns where it stands */
    const enter = async (peer: WsPeer, room: string): Promise<Position> => {
      await peer.request('join', { room });
      return (await peer.next('recovery')).data as Position;
    };

    const say = (peer: WsPeer, room: string, text: unknown): void => {
      peer.send('say_to', { rooms: [room], text: String(text) });
    };

    const hear = async (peer: WsPeer, count: number): Promise<Numbered[]> => {
      const heard: Numbered[] = [];
      while (heard.length < count) heard.push((await peer.next('said')) as Numbered);
      return heard;
    };

    const textsOf = (messages: readonly PeerMessage[]): string[] =>
      messages.map(({ data }) => (data as { text: string }).text);

    const numbers = (from: number, to: number): number[] =>
      Array.from({ length: to - from + 1 }, (_, index) => from + index);

    /** Comes back on the node after the one with that index. */
    const comeBack = async (rooms: readonly Position[], node = 0, limit?: number) => {
      const peer = await WsPeer.connect(nodes[node]!.url);
      await peer.request('hello', { rooms, limit });
      return peer;
    };

    it('tells who enters where the count stands, and numbers what follows by one', async () => {
      expect(await enter(bob, 'tea')).toEqual({
        room: 'tea',
        epoch: expect.any(String),
        offset: 0,
      });
      for (const n of [1, 2, 3]) say(alice, 'tea', n);
      const heard = await hear(bob, 3);
      expect(heard.map(({ room, offset }) => ({ room, offset }))).toEqual([
        { room: 'tea', offset: 1 },
        { room: 'tea', offset: 2 },
        { room: 'tea', offset: 3 },
      ]);
      expect(await enter(carol, 'tea')).toMatchObject({ offset: 3 });
    });

    it('has one order for all members, whichever nodes they and the speakers are on', async () => {
      for (const peer of everybody()) await enter(peer, 'tea');
      for (const n of numbers(1, 30)) {
        for (const [index, peer] of everybody().entries()) say(peer, 'tea', `${index}:${n}`);
      }
      const [first, ...others] = await Promise.all(everybody().map((peer) => hear(peer, 90)));
      expect(first!.map(({ offset }) => offset)).toEqual(numbers(1, 90));
      for (const other of others) expect(textsOf(other)).toEqual(textsOf(first!));
      for (const index of [0, 1, 2]) {
        const own = textsOf(first!).filter((text) => text.startsWith(`${index}:`));
        expect(own).toEqual(numbers(1, 30).map((n) => `${index}:${n}`));
      }
    });

    it('gives who comes back, on whichever node, what was said meanwhile', async () => {
      const position = await enter(bob, 'tea');
      say(alice, 'tea', 'heard');
      const [{ offset }] = (await hear(bob, 1)) as [Numbered];
      await bob.close();
      for (const n of numbers(1, 10)) say(n % 2 === 0 ? alice : carol, 'tea', n);
      await enter(alice, 'tea');
      for (const node of [0, 1, 2]) {
        const back = await comeBack([{ ...position, offset }], node);
        expect(await enter(back, 'tea')).toEqual({ ...position, offset, recovered: true });
        const missed = await hear(back, 10);
        expect(missed.map((message) => message.offset)).toEqual(numbers(2, 11));
        expect(textsOf(missed).filter((text) => Number(text) % 2 === 0)).toEqual([
          '2',
          '4',
          '6',
          '8',
          '10',
        ]);
      }
    });

    it('gives it also in a room that the connection was let into before its hello', async () => {
      const position = await enter(bob, 'tea');
      await enter(carol, 'tea');
      for (const n of [1, 2, 3]) say(alice, 'tea', n);
      await hear(carol, 3);
      const back = await WsPeer.connect(nodes[0]!.url);
      expect(await enter(back, 'tea')).toMatchObject({ offset: 3 });
      await back.request('hello', { rooms: [position] });
      expect((await back.next('recovery')).data).toEqual({ ...position, recovered: true });
      expect(textsOf(await hear(back, 3))).toEqual(['1', '2', '3']);
    });

    it('says so when more was missed than is kept, and goes on from there', async () => {
      const position = await enter(bob, 'tea');
      await enter(carol, 'tea');
      for (const n of numbers(1, SIZE + 1)) say(alice, 'tea', n);
      await hear(carol, SIZE + 1);
      const back = await comeBack([position], 2);
      expect(await enter(back, 'tea')).toEqual({
        ...position,
        offset: SIZE + 1,
        recovered: false,
      });
      say(alice, 'tea', 'live');
      expect((await hear(back, 1))[0]).toMatchObject({ offset: SIZE + 2, data: { text: 'live' } });
    });

    it('gives nothing when more was missed than the limit', async () => {
      const position = await enter(bob, 'tea');
      await enter(carol, 'tea');
      for (const n of numbers(1, 3)) say(alice, 'tea', n);
      await hear(carol, 3);
      expect(await enter(await comeBack([position], 0, 2), 'tea')).toMatchObject({
        offset: 3,
        recovered: false,
      });
      expect(await enter(await comeBack([position], 0, 3), 'tea')).toMatchObject({
        offset: 0,
        recovered: true,
      });
    });

    it('recovers nothing by an epoch that it does not know, or a place that is ahead', async () => {
      const position = await enter(bob, 'tea');
      for (const wrong of [
        { ...position, epoch: 'another' },
        { ...position, offset: 7 },
      ]) {
        const back = await comeBack([wrong]);
        expect(await enter(back, 'tea')).toEqual({ ...position, recovered: false });
      }
    });

    it('answers a hello without an id with its recoveries alone', async () => {
      const position = await enter(bob, 'tea');
      carol.send('hello', { rooms: [position] });
      carol.send('join', { room: 'tea' });
      expect(await carol.next()).toMatchObject({ event: 'recovery', data: { recovered: true } });
    });

    it('tells nothing of a room that the connection is not let into', async () => {
      const position = await enter(bob, 'tea');
      say(alice, 'tea', 'secret');
      await hear(bob, 1);
      const back = await comeBack([position]);
      expect(await back.barrier()).toEqual([]);
    });

    it('leaves out who is left out, also when they come back', async () => {
      await carol.request('sign_in', { name: 'carol' });
      const position = await enter(bob, 'tea');
      await enter(carol, 'tea');
      carol.send('say_to', { rooms: ['tea'], text: 'psst', exceptUser: 'carol' });
      expect(textsOf(await hear(bob, 1))).toEqual(['psst']);
      say(alice, 'tea', 'all');
      expect(textsOf(await hear(bob, 1))).toEqual(['all']);
      expect(textsOf(await hear(carol, 1))).toEqual(['all']);
      const back = await WsPeer.connect(nodes[0]!.url);
      await back.request('sign_in', { name: 'carol' });
      await back.request('hello', { rooms: [position] });
      await enter(back, 'tea');
      expect(textsOf(await hear(back, 1))).toEqual(['all']);
      expect(await back.barrier()).toEqual([]);
    });

    it('does not give back what the connection before has said itself', async () => {
      const position = await enter(bob, 'tea');
      const { data } = await bob.request('hello', { rooms: [] });
      const { connection } = data as { connection: string };
      await enter(carol, 'tea');
      bob.send('say', { room: 'tea', text: 'mine' });
      await hear(carol, 1);
      await bob.close();
      say(alice, 'tea', 'yours');
      await hear(carol, 1);
      const back = await WsPeer.connect(nodes[2]!.url);
      await back.request('hello', { connection, rooms: [position] });
      expect(await enter(back, 'tea')).toMatchObject({ recovered: true });
      expect(textsOf(await hear(back, 1))).toEqual(['yours']);
      expect(await back.barrier()).toEqual([]);
    });

    it('does not give it back either to who comes back twice', async () => {
      const { epoch, offset } = await enter(bob, 'tea');
      const { data } = await bob.request('hello', { rooms: [] });
      const { connection } = data as { connection: string };
      await enter(carol, 'tea');
      bob.send('say', { room: 'tea', text: 'mine' });
      await hear(carol, 1);
      await bob.close();
      const back = await WsPeer.connect(nodes[2]!.url);
      const answer = await back.request('hello', {
        connection,
        rooms: [{ room: 'tea', epoch, offset }],
      });
      await enter(back, 'tea');
      const stands = (await back.next('recovery')).data;
      expect(stands).toEqual({ room: 'tea', epoch, offset: 1 });
      await back.close();
      say(alice, 'tea', 'yours');
      await hear(carol, 1);
      const again = await WsPeer.connect(nodes[0]!.url);
      await again.request('hello', { ...(answer.data as object), rooms: [stands] });
      expect(await enter(again, 'tea')).toMatchObject({ recovered: true });
      expect(textsOf(await hear(again, 1))).toEqual(['yours']);
      expect(await again.barrier()).toEqual([]);
    });

    it('reaches once who is in several of the rooms', async () => {
      await enter(bob, 'tea');
      await enter(bob, 'cake');
      await enter(carol, 'cake');
      alice.send('say_to', { rooms: ['tea', 'cake', 'tea'], text: 'hi' });
      expect(await hear(bob, 1)).toMatchObject([{ room: 'tea', offset: 1 }]);
      expect(await hear(carol, 1)).toMatchObject([{ room: 'cake', offset: 1 }]);
      say(alice, 'cake', 'end');
      expect(await hear(bob, 1)).toMatchObject([{ room: 'cake', data: { text: 'end' } }]);
    });

    it('gives back what was for several rooms to who has entered another of them first', async () => {
      const position = await enter(bob, 'cake');
      await enter(carol, 'cake');
      alice.send('say_to', { rooms: ['tea', 'cake'], text: 'missed' });
      await hear(carol, 1);
      const back = await comeBack([position]);
      await enter(back, 'tea');
      expect(await enter(back, 'cake')).toMatchObject({ recovered: true });
      expect(textsOf(await hear(back, 1))).toEqual(['missed']);
    });

    it('loses nothing of what is said while somebody comes back', async () => {
      const position = await enter(bob, 'tea');
      await bob.close();
      const said = SIZE - 5;
      for (const n of numbers(1, 5)) say(alice, 'tea', n);
      const back = await comeBack([position], 1);
      back.send('join', { room: 'tea' });
      for (const n of numbers(6, said)) say(alice, 'tea', n);
      const heard = await hear(back, said);
      expect(textsOf(heard).map(Number)).toEqual(numbers(1, said));
      expect(heard.map(({ offset }) => offset)).toEqual(numbers(1, said));
      expect((await back.barrier()).filter(({ event }) => event === 'said')).toEqual([]);
    });
  });
}
