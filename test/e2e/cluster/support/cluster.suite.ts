import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { WsPeer } from '../../../support/ws-peer.js';

/** A node with what `CLUSTER_PROVIDERS` are. */
export interface ClusterNode {
  readonly url: string;
  stop(): Promise<void>;
}

/** What one test needs to make its nodes a cluster. */
export interface ClusterUnderTest {
  /** Starts one more node. */
  startNode(): Promise<ClusterNode>;
  /** Called when all nodes have stopped. */
  stop?(): Promise<void>;
}

/**
 * What holds on three nodes, whatever engine connects them.
 *
 * @param start - called before each test
 */
export function describeCluster(name: string, start: () => Promise<ClusterUnderTest>): void {
  describe(`three nodes on ${name}`, () => {
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

    const join = async (room: string, ...peers: readonly WsPeer[]): Promise<void> => {
      for (const peer of peers) await peer.request('join', { room });
    };

    /** Makes sure that what was sent before, by whichever node, has arrived by now. */
    const settle = async (): Promise<void> => {
      await join('everybody', ...everybody());
      for (const [index, peer] of everybody().entries()) {
        peer.send('say_to', { rooms: ['everybody'], text: `settle ${index}` });
        for (const other of everybody()) {
          expect(await other.next('said')).toMatchObject({ data: { text: `settle ${index}` } });
        }
      }
    };

    describe('a room', () => {
      it('reaches its members on every node but not the sender, in the order sent', async () => {
        await join('tea', ...everybody());
        for (let n = 1; n <= 20; n++) alice.send('say', { room: 'tea', text: String(n) });
        for (const peer of [bob, carol]) {
          for (let n = 1; n <= 20; n++) {
            expect(await peer.next()).toMatchObject({ event: 'said', data: { text: String(n) } });
          }
        }
        await settle();
        for (const peer of everybody()) expect(await peer.barrier()).toEqual([]);
      });

      it('does not reach who has left it, or was never in it', async () => {
        await join('tea', alice, bob);
        await bob.request('leave', { room: 'tea' });
        alice.send('say', { room: 'tea', text: 'hello?' });
        await settle();
        for (const peer of everybody()) expect(await peer.barrier()).toEqual([]);
      });

      it('reaches once who is in several of the rooms', async () => {
        await join('tea', bob);
        await join('cake', bob);
        alice.send('say_to', { rooms: ['tea', 'cake'], text: 'hi' });
        expect(await bob.next('said')).toMatchObject({ data: { text: 'hi' } });
        await settle();
        expect(await bob.barrier()).toEqual([]);
      });

      it('leaves out rooms and users on the other nodes too', async () => {
        await carol.request('sign_in', { name: 'carol' });
        await join('tea', ...everybody());
        await join('quiet', bob);
        alice.send('say_to', {
          rooms: ['tea'],
          text: 'psst',
          exceptRoom: 'quiet',
          exceptUser: 'carol',
        });
        expect(await alice.next('said')).toMatchObject({ data: { text: 'psst' } });
        await settle();
        for (const peer of everybody()) expect(await peer.barrier()).toEqual([]);
      });

      it('knows its members and how many they are on all nodes', async () => {
        await join('tea', ...everybody());
        await join('cake', carol);
        const { data } = await alice.request('members', { room: 'tea' });
        const { members, count } = data as { members: string[]; count: number };
        const ids = await Promise.all(everybody().map((peer) => peer.request('whoami')));
        expect(members.toSorted()).toEqual(ids.map((answer) => String(answer.data)).toSorted());
        expect(count).toBe(3);
        expect((await bob.request('all_rooms')).data).toEqual(['cake', 'tea']);
      });

      it('forgets who closed, and is gone with its last member', async () => {
        await join('tea', bob, carol);
        await bob.close();
        await carol.request('leave', { room: 'tea' });
        await expect
          .poll(async () => (await alice.request('members', { room: 'tea' })).data)
          .toEqual({ members: [], count: 0 });
        expect((await alice.request('all_rooms')).data).toEqual([]);
      });
    });

    describe('everybody', () => {
      it('is reached on every node', async () => {
        alice.send('shout', { text: 'fire' });
        for (const peer of everybody()) {
          expect(await peer.next('shouted')).toMatchObject({ data: { text: 'fire' } });
        }
      });

      it('is those of one node when the broadcast is local', async () => {
        alice.send('shout', { text: 'here', local: true });
        expect(await alice.next('shouted')).toMatchObject({ data: { text: 'here' } });
        await settle();
        for (const peer of [bob, carol]) expect(await peer.barrier()).toEqual([]);
      });
    });

    describe('a user', () => {
      it('is reached on all of their connections, wherever they are, and nobody else is', async () => {
        await bob.request('sign_in', { name: 'bob' });
        await carol.request('sign_in', { name: 'bob' });
        await expect
          .poll(async () => {
            alice.send('tell', { user: 'bob', text: 'a letter' });
            await settle();
            return Promise.all([bob, carol].map(async (peer) => (await peer.barrier()).length > 0));
          })
          .toEqual([true, true]);
        expect(await alice.barrier()).toEqual([]);
      });

      it('is signed out everywhere', async () => {
        await bob.request('sign_in', { name: 'bob' });
        await carol.request('sign_in', { name: 'bob' });
        await settle();
        alice.send('sign_out_everywhere', { user: 'bob' });
        for (const peer of [bob, carol]) {
          expect(await peer.closed).toEqual({ code: 4001, reason: 'signed out' });
        }
      });
    });

    describe('the members of a room', () => {
      it('are put into another one and taken out of it, on all nodes', async () => {
        await join('tea', ...everybody());
        await alice.request('move_all', { from: 'tea', to: 'cake' });
        await expect
          .poll(async () => (await alice.request('members', { room: 'cake' })).data)
          .toMatchObject({ count: 3 });
        // Who is counted may still be on the way to hearing what the other nodes say to the room.
        await settle();
        await alice.request('clear', { room: 'cake' });
        await expect
          .poll(async () => (await bob.request('members', { room: 'cake' })).data)
          .toMatchObject({ count: 0 });
      });
    });

    describe('a sender', () => {
      it('reaches the subscribers of all nodes, and nobody else, once they have the answer', async () => {
        await bob.request('subscribe', { events: ['news'] });
        await carol.request('subscribe', { events: ['*'] });
        await carol.request('unsubscribe', { events: ['here', 'once'] });
        await expect
          .poll(async () => {
            alice.send('publish', { text: 'extra' });
            await settle();
            const heard = await Promise.all([bob, carol].map((peer) => peer.barrier()));
            return heard.map((all) => all.some(({ event }) => event === 'news'));
          })
          .toEqual([true, true]);
        expect(await alice.barrier()).toEqual([]);
      });

      it('by the clock sends to the subscribers of its own node', async () => {
        await bob.request('subscribe', { events: ['here'] });
        for (let n = 0; n < 5; n++) expect(await bob.next('here')).toMatchObject({ data: {} });
        expect(await alice.barrier()).toEqual([]);
        expect(await carol.barrier()).toEqual([]);
      });
    });

    describe('a timed sender with once: cluster', () => {
      const once = async (peer: WsPeer) =>
        (await peer.request('made')).data as { node: string; made: number };
      const made = async (): Promise<number[]> =>
        (await Promise.all(everybody().map(once))).map((sender) => sender.made);

      it('rests while nobody subscribes, then runs on one node for the subscribers of all', async () => {
        expect(await made()).toEqual([0, 0, 0]);
        for (const peer of everybody()) await peer.request('subscribe', { events: ['once'] });
        const heard = new Set<unknown>();
        for (const peer of everybody()) {
          for (let n = 0; n < 5; n++) heard.add((await peer.next('once')).data);
        }
        expect(new Set([...heard].map((data) => (data as { node: string }).node)).size).toBe(1);
        expect((await made()).filter((count) => count > 0)).toHaveLength(1);
      });

      it('moves when its node stops', async () => {
        await carol.request('subscribe', { events: ['once'] });
        const { node } = (await carol.next('once')).data as { node: string };
        const senders = await Promise.all(everybody().map(once));
        const runner = senders.findIndex((sender) => sender.node === node);
        // The one whose subscriber listens goes on, if it is not the one that stops.
        const listener = runner === 2 ? alice : carol;
        await listener.request('subscribe', { events: ['once'] });
        await nodes[runner]!.stop();
        // What the old one said until then may be waiting to be read.
        let now = node;
        while (now === node) now = ((await listener.next('once')).data as { node: string }).node;
      });

      it('stops when the last subscriber in the cluster is gone', async () => {
        await carol.request('subscribe', { events: ['once'] });
        await carol.next('once');
        await carol.request('unsubscribe', { events: ['once'] });
        await expect
          .poll(async () => {
            const before = await made();
            await settle();
            return (await made()).every((count, index) => count === before[index]);
          })
          .toBe(true);
      });
    });
  });
}
