import { Injectable } from '@nestjs/common';
import { WebSocketGateway } from '@nestjs/websockets';
import {
  AbstractSender,
  AbstractTimedSender,
  BroadcastService,
  type BounceSocket,
  ConnectionRegistry,
  EmitEvery,
  type Engine,
  OnEvent,
  RoomService,
} from 'bounce-ws';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { startApp, type StartedApp } from '../../support/start-app.js';
import { WsPeer } from '../../support/ws-peer.js';

/** What one test needs to make its nodes a cluster. */
export interface ClusterEngines {
  /** The engine of one more node. */
  readonly engine: () => Engine;
  /** Called when all nodes have stopped. */
  readonly stop?: () => Promise<void>;
}

@Injectable()
class NewsSender extends AbstractSender<{ text: string }, [text: string]> {
  readonly event = 'news';
  protected createMessageData(text: string) {
    return { text };
  }
}

/** Numbers that only one node at a time may give out. */
@Injectable()
class OnceSender extends AbstractTimedSender<{ node: string }> {
  readonly event = 'once';
  readonly schedule = { intervalMs: 20 };
  override readonly once = 'cluster';
  readonly node = Math.random().toString(36);
  made = 0;
  protected createMessageData() {
    this.made++;
    return { node: this.node };
  }
}

@WebSocketGateway()
class ClusterGateway {
  constructor(
    private readonly rooms: RoomService,
    private readonly broadcast: BroadcastService,
    private readonly connections: ConnectionRegistry,
    private readonly news: NewsSender,
  ) {}

  @OnEvent('sign_in')
  signIn(client: BounceSocket, name: string) {
    this.connections.identify(client, { userId: name, user: { name } });
    return client.id;
  }

  @OnEvent('join')
  join(client: BounceSocket, room: string) {
    return this.rooms.join(client, room);
  }

  @OnEvent('leave')
  leave(client: BounceSocket, room: string) {
    return this.rooms.leave(client, room);
  }

  @OnEvent('say')
  say(client: BounceSocket, room: string, text: string) {
    this.broadcast.to(room).except(client).emit('said', { text });
  }

  @OnEvent('say_to')
  sayTo(_client: BounceSocket, rooms: string[], text: string, exceptRoom = '', exceptUser = '') {
    this.broadcast
      .to(...rooms)
      .except(...(exceptRoom === '' ? [] : [exceptRoom]))
      .except(...(exceptUser === '' ? [] : [{ user: exceptUser }]))
      .emit('said', { text });
  }

  @OnEvent('shout')
  shout(_client: BounceSocket, text: string, local = false) {
    const all = this.broadcast.toAll();
    (local ? all.local() : all).emit('shouted', { text });
  }

  @OnEvent('tell')
  tell(_client: BounceSocket, user: string, text: string) {
    this.broadcast.toUser(user).emit('told', { text });
  }

  @OnEvent('sign_out_everywhere')
  signOutEverywhere(_client: BounceSocket, user: string) {
    this.broadcast.toUser(user).disconnect(4001, 'signed out');
  }

  @OnEvent('move_all')
  moveAll(_client: BounceSocket, from: string, to: string) {
    return this.broadcast.to(from).join(to);
  }

  @OnEvent('clear')
  clear(_client: BounceSocket, room: string) {
    return this.broadcast.to(room).leave(room);
  }

  @OnEvent('members')
  async members(_client: BounceSocket, room: string) {
    return { members: await this.rooms.members(room), count: await this.rooms.count(room) };
  }

  @OnEvent('all_rooms')
  async allRooms() {
    return (await this.rooms.rooms()).toSorted();
  }

  @OnEvent('publish')
  publish(_client: BounceSocket, text: string) {
    return this.news.send(text);
  }

  @EmitEvery('here', { intervalMs: 20 })
  here() {
    return {};
  }
}

/**
 * What holds on three nodes, whatever engine connects them.
 *
 * @param start - called before each test
 */
export function describeCluster(name: string, start: () => Promise<ClusterEngines>): void {
  describe(`three nodes on ${name}`, () => {
    let engines: ClusterEngines;
    let nodes: [StartedApp, StartedApp, StartedApp];
    let alice: WsPeer;
    let bob: WsPeer;
    let carol: WsPeer;

    const startNode = (): Promise<StartedApp> =>
      startApp({
        providers: [ClusterGateway, NewsSender, OnceSender],
        options: { engine: engines.engine() },
      });

    beforeEach(async () => {
      engines = await start();
      nodes = [await startNode(), await startNode(), await startNode()];
      alice = await WsPeer.connect(nodes[0].url);
      bob = await WsPeer.connect(nodes[1].url);
      carol = await WsPeer.connect(nodes[2].url);
    });

    afterEach(async () => {
      await Promise.all(nodes.map(({ app }) => app.close()));
      await engines.stop?.();
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
        const ids = nodes.flatMap(({ app }) => [...app.get(ConnectionRegistry).sockets]);
        expect(members.toSorted()).toEqual(ids.map(({ id }) => id).toSorted());
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
      const made = (): number[] => nodes.map(({ app }) => app.get(OnceSender).made);

      it('rests while nobody subscribes, then runs on one node for the subscribers of all', async () => {
        expect(made()).toEqual([0, 0, 0]);
        for (const peer of everybody()) await peer.request('subscribe', { events: ['once'] });
        const heard = new Set<unknown>();
        for (const peer of everybody()) {
          for (let n = 0; n < 5; n++) heard.add((await peer.next('once')).data);
        }
        expect(new Set([...heard].map((data) => (data as { node: string }).node)).size).toBe(1);
        expect(made().filter((count) => count > 0)).toHaveLength(1);
      });

      it('moves when its node stops', async () => {
        await carol.request('subscribe', { events: ['once'] });
        const { node } = (await carol.next('once')).data as { node: string };
        const runner = nodes.findIndex(({ app }) => app.get(OnceSender).node === node);
        // The one whose subscriber listens goes on, if it is not the one that stops.
        const listener = runner === 2 ? alice : carol;
        await listener.request('subscribe', { events: ['once'] });
        await nodes[runner]!.app.close();
        await expect
          .poll(async () => ((await listener.next('once')).data as { node: string }).node)
          .not.toBe(node);
      });

      it('stops when the last subscriber in the cluster is gone', async () => {
        await carol.request('subscribe', { events: ['once'] });
        await carol.next('once');
        await carol.request('unsubscribe', { events: ['once'] });
        await expect
          .poll(async () => {
            const before = made();
            await settle();
            return made().every((count, index) => count === before[index]);
          })
          .toBe(true);
      });
    });
  });
}
