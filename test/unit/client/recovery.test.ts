import { describe, expect, it, vi } from 'vitest';
import { RoomRecovery } from 'bounce-ws/client/recovery';
import { MsgpackCodec } from 'bounce-ws/codecs/msgpack';
import {
  type BounceClient,
  type ClientOptions,
  CLIENT_DEFAULTS,
  type RecoveryData,
} from '../../../lib/client/index.js';
import type { ClientFrame, FakePeer } from '../../support/fake-server.js';
import { ClientFixture, nextData, reportedError } from './client-fixture.js';

/** Says something in a room with history. */
function say(peer: FakePeer, room: string, offset: number): void {
  peer.sendEnvelope({ event: 'said', data: {}, timestamp: '', room, offset });
}

/** Tells where a room stands, and, if that was asked, whether what was missed follows. */
function stand(
  peer: FakePeer,
  [room, epoch, offset]: readonly [room: string, epoch: string, offset: number],
  recovered?: boolean,
): void {
  peer.send('recovery', { room, epoch, offset, recovered });
}

/** The offsets, with their rooms, that reach the application from now on. */
function heardBy(client: BounceClient): string[] {
  const heard: string[] = [];
  client.on('said', (_data, { room, offset }) => heard.push(`${room} ${offset}`));
  return heard;
}

/** The client has handled everything that was sent so far. */
async function handled(client: BounceClient, peer: FakePeer): Promise<void> {
  const end = nextData(client, 'end');
  peer.send('end');
  await end;
}

/** Takes the next message, which must be a hello, and acks it. */
async function greet(peer: FakePeer, connection = 'c1'): Promise<unknown> {
  const frame = await hello(peer);
  peer.ack(frame, { connection });
  return frame.data;
}

async function hello(peer: FakePeer): Promise<ClientFrame> {
  const frame = await peer.next();
  expect(frame.event).toBe('hello');
  return frame;
}

describe.each<[string, ClientOptions]>([
  ['JSON', {}],
  ['MessagePack', { codec: new MsgpackCodec() }],
])('a client with a RoomRecovery that speaks %s', (_name, talk) => {
  const fixture = new ClientFixture();

  const open = (options: ClientOptions = {}): BounceClient =>
    fixture.client({ recovery: new RoomRecovery(), ...talk, ...options });

  /** A client that has the messages of `tea` up to the third, in epoch `e1`. */
  async function inTea(options?: ClientOptions): Promise<[BounceClient, FakePeer]> {
    const client = open(options);
    const peer = await fixture.server.accept();
    await greet(peer);
    stand(peer, ['tea', 'e1', 2]);
    say(peer, 'tea', 3);
    await handled(client, peer);
    return [client, peer];
  }

  /** Ends a connection. @returns The next one */
  function next(peer: FakePeer): Promise<FakePeer> {
    peer.drop();
    return fixture.server.accept();
  }

  it('says hello on each connection: after who it is, and before everything else', async () => {
    const client = open({ autoConnect: false });
    void client.authenticate('token');
    void client.subscribe('clock');
    client.emit('queued');
    void client.connect();
    const received: unknown[] = [];
    for (const connection of ['c1', 'c2', 'c3']) {
      const peer = await fixture.server.accept();
      expect((await peer.next()).event).toBe('authenticate');
      received.push(await greet(peer, connection));
      expect((await peer.next()).event).toBe('subscribe');
      await handled(client, peer);
      expect(peer.unread.map(({ event }) => event)).toEqual(connection === 'c1' ? ['queued'] : []);
      peer.drop();
    }
    expect(received).toEqual([
      { rooms: [] },
      { connection: 'c1', rooms: [] },
      { connection: 'c2', rooms: [] },
    ]);
  });

  it('tells the next connection up to where it has each room', async () => {
    const [client, peer] = await inTea();
    stand(peer, ['coffee', 'e7', 40]);
    say(peer, 'tea', 6);
    await handled(client, peer);
    expect(await greet(await next(peer))).toEqual({
      connection: 'c1',
      rooms: [
        { room: 'coffee', epoch: 'e7', offset: 40 },
        { room: 'tea', epoch: 'e1', offset: 6 },
      ],
    });
  });

  it('passes on what was missed and then what is said, in order and once', async () => {
    const [client, peer] = await inTea();
    const heard = heardBy(client);
    const again = await next(peer);
    await greet(again);
    stand(again, ['tea', 'e1', 3], true);
    for (const offset of [4, 5, 5, 3, 7]) say(again, 'tea', offset);
    await handled(client, again);
    expect(heard).toEqual(['tea 4', 'tea 5', 'tea 7']);
  });

  it('drops what is said in a room before what was missed: it comes again', async () => {
    const [client, peer] = await inTea();
    const heard = heardBy(client);
    const any = vi.fn();
    const again = await next(peer);
    client.onAny((event) => event === 'said' && any());
    stand(again, ['tea', 'e1', 5]);
    say(again, 'tea', 6);
    await greet(again);
    say(again, 'tea', 7);
    stand(again, ['coffee', 'e7', 40]);
    say(again, 'coffee', 41);
    again.send('said');
    stand(again, ['tea', 'e1', 3], true);
    for (const offset of [4, 6, 7, 8]) say(again, 'tea', offset);
    await handled(client, again);
    expect(heard).toEqual([
      'coffee 41',
      'undefined undefined',
      ...['tea 4', 'tea 6', 'tea 7', 'tea 8'],
    ]);
    expect(any).toHaveBeenCalledTimes(heard.length);
  });

  it('asks for the same again when the connection broke before all of it was there', async () => {
    const [client, first] = await inTea();
    const report = vi.fn();
    client.onError(report);
    const rooms = [{ room: 'tea', epoch: 'e1', offset: 3 }];
    const second = await next(first);
    expect((await hello(second)).data).toEqual({ connection: 'c1', rooms });
    const third = await next(second);
    expect(await greet(third, 'c3')).toEqual({ connection: 'c1', rooms });
    stand(third, ['tea', 'e1', 9]);
    say(third, 'tea', 10);
    await handled(client, third);
    const fourth = await next(third);
    expect(await greet(fourth, 'c4')).toEqual({ connection: 'c3', rooms });
    stand(fourth, ['tea', 'e1', 3], true);
    say(fourth, 'tea', 4);
    await handled(client, fourth);
    expect(await greet(await next(fourth))).toEqual({
      connection: 'c4',
      rooms: [{ room: 'tea', epoch: 'e1', offset: 4 }],
    });
    expect(report).not.toHaveBeenCalled();
  });

  it.each<[string, boolean | undefined, RecoveryData]>([
    ['what was missed is gone', false, { room: 'tea', epoch: 'e1', offset: 50 }],
    ['the count is another one', false, { room: 'tea', epoch: 'e2', offset: 1 }],
    ['the count has gone back', false, { room: 'tea', epoch: 'e1', offset: 1 }],
    ['the server cannot reach the count', false, { room: 'tea', epoch: '', offset: 0 }],
    ['all of it follows', true, { room: 'tea', epoch: 'e1', offset: 3 }],
  ])('goes on from where the server says, and says so, when %s', async (_why, recovered, place) => {
    const [client, peer] = await inTea();
    const heard = heardBy(client);
    const again = await next(peer);
    await greet(again);
    const told = nextData(client, 'recovery');
    stand(again, ['tea', place.epoch, place.offset], recovered);
    expect(await told).toEqual({ ...place, recovered });
    say(again, 'tea', place.offset);
    say(again, 'tea', place.offset + 1);
    await handled(client, again);
    expect(heard).toEqual([`tea ${place.offset + 1}`]);
    const rooms = [{ ...place, offset: place.offset + 1 }];
    expect(await greet(await next(again))).toEqual({ connection: 'c1', rooms });
  });

  it('goes on from where the room stands when it comes in anew, and when messages may be missing', async () => {
    const [client, peer] = await inTea();
    const heard = heardBy(client);
    stand(peer, ['tea', 'e1', 20]);
    say(peer, 'tea', 21);
    stand(peer, ['tea', 'e2', 0], false);
    say(peer, 'tea', 1);
    await handled(client, peer);
    expect(heard).toEqual(['tea 21', 'tea 1']);
    expect(await greet(await next(peer))).toMatchObject({
      rooms: [{ room: 'tea', epoch: 'e2', offset: 1 }],
    });
  });

  it('keeps what it knows through close() and connect()', async () => {
    const [client, peer] = await inTea();
    client.close();
    await peer.closed;
    void client.connect();
    expect(await greet(await fixture.server.accept())).toEqual({
      connection: 'c1',
      rooms: [{ room: 'tea', epoch: 'e1', offset: 3 }],
    });
  });

  it('is quiet, and drops nothing, when the server has no history', async () => {
    const [client, peer] = await inTea();
    const report = vi.fn();
    client.onError(report);
    const heard = heardBy(client);
    const again = await next(peer);
    again.refuse(await hello(again), 'reserved_event');
    await handled(client, again);
    say(again, 'tea', 4);
    again.send('said');
    await handled(client, again);
    expect(heard).toEqual(['tea 4', 'undefined undefined']);
    expect(report).not.toHaveBeenCalled();
  });

  it.each(['forbidden', 'rate_limited', 'internal_error', 'timeout'])(
    'reports a refusal, waits for nothing then, and asks for all of it the next time: %s',
    async (code) => {
      const [client, peer] = await inTea();
      const heard = heardBy(client);
      const error = reportedError(client);
      const again = await next(peer);
      again.refuse(await hello(again), code);
      expect(await error).toMatchObject({ code });
      say(again, 'tea', 8);
      await handled(client, again);
      expect(heard).toEqual(['tea 8']);
      const third = await next(again);
      expect(await greet(third)).toEqual({
        connection: 'c1',
        rooms: [{ room: 'tea', epoch: 'e1', offset: 3 }],
      });
      say(third, 'tea', 9);
      await handled(client, third);
      expect(heard).toEqual(['tea 8']);
    },
  );

  it('counts from where the room stands when it comes in after a refusal', async () => {
    const [client, peer] = await inTea();
    const error = reportedError(client);
    const again = await next(peer);
    again.refuse(await hello(again), 'forbidden');
    await error;
    stand(again, ['tea', 'e1', 8]);
    say(again, 'tea', 9);
    await handled(client, again);
    expect(await greet(await next(again))).toMatchObject({ rooms: [{ offset: 9 }] });
  });

  it.each(['invalid_payload', 'limit_exceeded'])(
    'forgets what the server cannot read: %s',
    async (code) => {
      const [client, peer] = await inTea();
      const heard = heardBy(client);
      const error = reportedError(client);
      const again = await next(peer);
      again.refuse(await hello(again), code);
      expect(await error).toMatchObject({ code });
      say(again, 'tea', 8);
      await handled(client, again);
      expect(heard).toEqual(['tea 8']);
      expect(await greet(await next(again))).toEqual({ connection: 'c1', rooms: [] });
    },
  );

  it('does not wait for ever, and takes an answer that is late', async () => {
    const [client, peer] = await inTea({ requestTimeoutMs: 50 });
    const heard = heardBy(client);
    const error = reportedError(client);
    const again = await next(peer);
    await hello(again);
    expect(await error).toMatchObject({ code: 'timeout' });
    say(again, 'tea', 5);
    stand(again, ['tea', 'e1', 3], true);
    for (const offset of [4, 5, 6]) say(again, 'tea', offset);
    await handled(client, again);
    expect(heard).toEqual(['tea 5', 'tea 4', 'tea 5', 'tea 6']);
  });

  it('remembers the 128 rooms that were used last', async () => {
    const [client, peer] = await inTea();
    for (let n = 1; n <= 127; n++) stand(peer, [`room ${n}`, 'e', 0]);
    say(peer, 'tea', 4);
    stand(peer, ['room 128', 'e', 0]);
    await handled(client, peer);
    const heard = heardBy(client);
    const again = await next(peer);
    const { rooms } = (await greet(again)) as { rooms: { room: string }[] };
    const used = Array.from({ length: 126 }, (_, index) => `room ${index + 2}`);
    expect(rooms.map(({ room }) => room)).toEqual([...used, 'tea', 'room 128']);
    say(again, 'room 1', 1);
    await handled(client, again);
    expect(heard).toEqual(['room 1 1']);
  });

  it('passes its limit on', async () => {
    open({ recovery: new RoomRecovery({ limit: 20 }) });
    expect(await greet(await fixture.server.accept())).toEqual({ rooms: [], limit: 20 });
  });

  it('leaves alone what is no place of a room', async () => {
    const [client, peer] = await inTea();
    const seen: unknown[] = [];
    client.on('recovery', (data) => seen.push(data));
    const others = [null, 7, {}, { room: 'milk' }, { room: 'milk', epoch: 'e', offset: '1' }];
    for (const data of others) peer.send('recovery', data);
    await handled(client, peer);
    expect(seen).toEqual(others);
    expect(await greet(await next(peer))).toMatchObject({ rooms: [{ room: 'tea' }] });
  });

  it('says nothing of the kind without one, and takes everything as it comes', async () => {
    const client = fixture.client({ ...talk, autoConnect: false });
    client.emit('queued');
    void client.connect();
    const peer = await fixture.server.accept();
    expect((await peer.next()).event).toBe('queued');
    const heard = heardBy(client);
    const told = nextData(client, 'recovery');
    stand(peer, ['tea', 'e1', 3]);
    for (const offset of [4, 4, 3]) say(peer, 'tea', offset);
    await handled(client, peer);
    expect(await told).toEqual({ room: 'tea', epoch: 'e1', offset: 3 });
    expect(heard).toEqual(['tea 4', 'tea 4', 'tea 3']);
  });
});

describe('a RoomRecovery', () => {
  const fixture = new ClientFixture();

  it('serves one client', () => {
    const options = { autoConnect: false, recovery: new RoomRecovery() };
    fixture.client(options);
    expect(() => fixture.client(options)).toThrow('A RoomRecovery is for one client');
  });

  it.each([0, -1, 1.5, Number.NaN, Infinity, '7', null])('refuses a limit of %j', (limit) => {
    expect(() => new RoomRecovery({ limit: limit as number })).toThrow(RangeError);
  });

  it('is in no default', () => {
    expect(CLIENT_DEFAULTS).not.toHaveProperty('recovery');
  });

  it('leaves every frame to onmessage', async () => {
    const client = fixture.client({ recovery: new RoomRecovery() });
    const peer = await fixture.server.accept();
    await client.connect();
    const frames: unknown[] = [];
    client.addEventListener('message', ({ data }) => frames.push(data));
    const heard = heardBy(client);
    stand(peer, ['tea', 'e1', 3]);
    say(peer, 'tea', 3);
    await handled(client, peer);
    expect(frames).toHaveLength(3);
    expect(heard).toEqual([]);
  });
});
