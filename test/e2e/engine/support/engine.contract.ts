import type { Channel, ClusterMessage, Engine, Gap } from 'bounce-ws';
import { firstValueFrom } from 'rxjs';
import { filter } from 'rxjs/operators';
import { afterEach, describe, expect, test } from 'vitest';
import { Inbox } from '../../../support/inbox.js';

/** What every engine that connects nodes has to keep; `create` makes one node of a cluster that has no other app in it. */
export function describeEngine(name: string, create: () => Engine): void {
  const engines: Engine[] = [];

  async function startNode(): Promise<Engine> {
    const engine = create();
    engines.push(engine);
    await engine.start();
    return engine;
  }

  async function stopNode(engine: Engine): Promise<void> {
    engines.splice(engines.indexOf(engine), 1);
    await engine.stop();
  }

  afterEach(() => Promise.all(engines.splice(0).map((engine) => engine.stop())));

  describe(`the engine ${name}`, () => {
    test('is ready once it has started, under a name of its own', async () => {
      const [one, two] = [await startNode(), await startNode()];
      expect(one.health.isReady).toBe(true);
      expect(one.backplane.isAlone).toBe(false);
      expect(one.nodeId).toMatch(/^[\w-]{22}$/);
      expect(one.nodeId).not.toBe(two.nodeId);
    });
  });

  describe(`the backplane of ${name}`, () => {
    test('carries each kind of message as it is', async () => {
      const [one, two] = [await startNode(), await startNode()];
      const heard = await listen(two, 'room:tea');
      const audience = { kind: 'room', names: ['tea'] } as const;
      const except = { sockets: ['s1'], rooms: ['milk'], users: ['ann'] };
      const messages: ClusterMessage[] = [
        { audience, action: { type: 'emit', event: 'n', data: { a: ['ä', null] } } },
        { audience, except, action: { type: 'emit', event: 'n', data: 1, lossy: { key: 'k' } } },
        { audience, action: { type: 'disconnect', code: 4000, reason: 'enough' } },
        { audience, action: { type: 'join', room: 'milk' } },
        { audience, action: { type: 'leave', room: 'milk' } },
      ];
      for (const message of messages) one.backplane.publish(message);
      for (const message of messages) expect(await heard.take()).toEqual(message);
    });

    test.each(['{"event":"a","data":"tää\\n"}', Buffer.from('{"event":"ä"}')])(
      'forwards an envelope without a look at it: %s',
      async (envelope) => {
        const [one, two] = [await startNode(), await startNode()];
        const heard = await listen(two, 'all');
        one.backplane.publish({
          audience: { kind: 'all', names: [] },
          action: { type: 'forward', envelope },
        });
        const { action } = await heard.take();
        expect(action.type).toBe('forward');
        expect(textOf(action)).toBe(envelope.toString());
      },
    );

    test('carries a message of a room by its number, to who it is not for too', async () => {
      const [one, two] = [await startNode(), await startNode()];
      const heard = await listen(two, 'room:tea');
      const position = { epoch: 'e-1', offset: Number.MAX_SAFE_INTEGER };
      const envelope = '{"event":"ä","data":"\\n"}';
      const message: ClusterMessage = {
        audience: { kind: 'room', names: ['tea'] },
        except: { sockets: ['s1'], rooms: ['milk'], users: ['ann'] },
        action: { type: 'numbered', ...position, envelope },
      };
      one.backplane.publish(message);
      const { action, ...rest } = await heard.take();
      expect({ ...rest, action: { ...action, envelope: textOf(action) } }).toEqual(message);
    });

    test('reaches only who listens, and never the sender', async () => {
      const [one, two, three] = [await startNode(), await startNode(), await startNode()];
      const own = await listen(one, 'room:tea');
      const heard = await listen(two, 'room:tea');
      const elsewhere = await listen(three, 'room:tea*');
      await listen(three, 'all');
      one.backplane.publish(numbered('tea', 1));
      expect(await heard.take()).toEqual(numbered('tea', 1));
      three.backplane.publish(numbered('tea', 2));
      expect(await own.take()).toEqual(numbered('tea', 2));
      expect(elsewhere.waiting).toEqual([]);
    });

    test('keeps the order of what one node publishes, and loses nothing of it', async () => {
      const [one, two] = [await startNode(), await startNode()];
      const gaps = gapsOf(two);
      const heard = await listen(two, 'room:tea');
      const numbers = Array.from({ length: 1_000 }, (_, index) => index);
      for (const number of numbers) one.backplane.publish(numbered('tea', number));
      for (const number of numbers) expect(await heard.take()).toEqual(numbered('tea', number));
      await one.backplane.flushed();
      expect(gaps).toEqual([]);
    });

    test('brings a message for several rooms once', async () => {
      const [one, two] = [await startNode(), await startNode()];
      const heard = await listen(two, 'room:tea');
      await two.backplane.subscribe('room:milk');
      const both: ClusterMessage = {
        audience: { kind: 'room', names: ['tea', 'milk'] },
        action: { type: 'emit', event: 'n', data: 1 },
      };
      one.backplane.publish(both);
      one.backplane.publish(numbered('milk', 2));
      expect(await heard.take()).toEqual(both);
      expect(await heard.take()).toEqual(numbered('milk', 2));
    });

    test('listens again to a channel that was left a moment ago', async () => {
      const [one, two] = [await startNode(), await startNode()];
      const heard = await listen(two, 'room:tea');
      two.backplane.unsubscribe('room:tea');
      await two.backplane.subscribe('room:tea');
      one.backplane.publish(numbered('tea', 1));
      expect(await heard.take()).toEqual(numbered('tea', 1));
    });
  });

  describe(`the room directory of ${name}`, () => {
    test('knows the members of other nodes', async () => {
      const [one, two, three] = [await startNode(), await startNode(), await startNode()];
      await joinRooms(one, { tea: ['s1', 's2'], 'tea:green': ['s1'] });
      await joinRooms(two, { tea: ['s3'] });
      expect((await three.rooms.members('tea')).toSorted()).toEqual(['s1', 's2', 's3']);
      expect(await three.rooms.count('tea')).toBe(3);
      expect(await three.rooms.members('tea:green')).toEqual(['s1']);
      expect(await three.rooms.members('te')).toEqual([]);
      expect([...new Set(await three.rooms.rooms())].toSorted()).toEqual(['tea', 'tea:green']);
      expect(await one.rooms.members('tea')).toEqual(['s3']);
      expect(await one.rooms.rooms()).toEqual(['tea']);
    });

    test('forgets who left, and everybody on a node that stopped', async () => {
      const [one, two] = [await startNode(), await startNode()];
      const members = await joinRooms(one, { tea: ['s1', 's2'] });
      members.get('tea')!.delete('s1');
      await one.rooms.left('tea', 's1');
      expect(await two.rooms.members('tea')).toEqual(['s2']);
      await stopNode(one);
      expect(await two.rooms.members('tea')).toEqual([]);
      expect(await two.rooms.rooms()).toEqual([]);
    });
  });

  describe(`the interest directory of ${name}`, () => {
    test('knows what other nodes want, and no longer', async () => {
      const [one, two] = [await startNode(), await startNode()];
      await changed(two, 'news', () => one.interests.announce('news', true));
      expect(two.interests.isWanted('news')).toBe(true);
      expect(one.interests.isWanted('news')).toBe(false);
      await changed(two, 'news', () => one.interests.announce('news', false));
      expect(two.interests.isWanted('news')).toBe(false);
    });

    test('knows that a node that stopped wants nothing', async () => {
      const [one, two] = [await startNode(), await startNode()];
      await changed(two, 'news', () => one.interests.announce('news', true));
      await changed(two, 'news', () => stopNode(one));
      expect(two.interests.isWanted('news')).toBe(false);
    });
  });

  describe(`the history of ${name}`, () => {
    test('is the same for all nodes', async () => {
      const limits = { size: 10, ttlMs: 60_000 };
      const [one, two] = [await startNode(), await startNode()];
      expect([one.history.isReady, two.history.isReady]).toEqual([true, true]);
      const head = await one.history.append('tea-time', { envelope: '{"event":"ä"}' }, limits);
      const slice = await two.history.readSince('tea-time', { ...head, offset: 0 }, 10, limits);
      const entries = [{ offset: 1, envelope: '{"event":"ä"}' }];
      expect(slice).toEqual({ head, entries, isComplete: true });
    });
  });

  describe(`the leases of ${name}`, () => {
    test('give a name to one node, and to the next one when it lets go', async () => {
      const [one, two] = [await startNode(), await startNode()];
      const held = new Inbox<string>();
      const first = one.leases.hold('job').subscribe((is) => held.put(`one ${is}`));
      await until(held, 'one true');
      const second = two.leases.hold('job').subscribe((is) => held.put(`two ${is}`));
      expect(await held.take()).toBe('two false');
      first.unsubscribe();
      expect(await held.take()).toBe('two true');
      second.unsubscribe();
    });

    test('are apart from each other', async () => {
      const [one, two] = [await startNode(), await startNode()];
      const [a, b] = [one.leases.hold('a'), two.leases.hold('b')];
      await Promise.all([
        firstValueFrom(a.pipe(filter(Boolean))),
        firstValueFrom(b.pipe(filter(Boolean))),
      ]);
    });
  });
}

function numbered(room: string, number: number): ClusterMessage {
  return {
    audience: { kind: 'room', names: [room] },
    action: { type: 'emit', event: 'n', data: number },
  };
}

async function listen({ backplane }: Engine, channel: Channel): Promise<Inbox<ClusterMessage>> {
  const inbox = new Inbox<ClusterMessage>();
  backplane.received$.subscribe((message) => inbox.put(message));
  await backplane.subscribe(channel);
  return inbox;
}

function gapsOf({ backplane }: Engine): Gap[] {
  const gaps: Gap[] = [];
  backplane.gap$.subscribe((gap) => gaps.push(gap));
  return gaps;
}

function textOf(action: ClusterMessage['action']): string | undefined {
  if (action.type !== 'forward' && action.type !== 'numbered') return undefined;
  const { envelope } = action;
  return typeof envelope === 'string' ? envelope : Buffer.from(envelope).toString();
}

type Members = Map<string, Set<string>>;

async function joinRooms(
  { rooms }: Engine,
  members: Readonly<Record<string, readonly string[]>>,
): Promise<Members> {
  const local: Members = new Map();
  rooms.serve({ list: () => local });
  for (const [room, ids] of Object.entries(members)) {
    local.set(room, new Set(ids));
    await Promise.all(ids.map((id) => rooms.joined(room, id)));
  }
  return local;
}

async function changed(
  { interests }: Engine,
  event: string,
  act: () => Promise<void>,
): Promise<void> {
  const heard = firstValueFrom(interests.changed$.pipe(filter((name) => name === event)));
  await act();
  await heard;
}

async function until(inbox: Inbox<string>, text: string): Promise<void> {
  while ((await inbox.take()) !== text);
}
