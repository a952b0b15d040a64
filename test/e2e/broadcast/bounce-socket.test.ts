import { WebSocketGateway } from '@nestjs/websockets';
import {
  BounceSocket,
  BounceWsError,
  BroadcastService,
  ConnectionRegistry,
  OnEvent,
} from 'bounce-ws';
import { firstValueFrom } from 'rxjs';
import { describe, expect, it } from 'vitest';
import { deferred } from '../../support/deferred.js';
import { connectBoth, connectMany, eventsSoFar, useApps } from '../../support/use-apps.js';
import { WsPeer } from '../../support/ws-peer.js';

const start = useApps();

const outcome = (promise: Promise<unknown>): Promise<unknown> =>
  promise.catch((error: unknown) => error);

describe('socket.emit()', () => {
  it('sends an event to this client and to no other', async () => {
    const started = await start();
    const [alice, bob] = await connectMany(started, 2);
    alice!.socket.emit('hello', { n: 1 });
    expect(await alice!.peer.next()).toMatchObject({ event: 'hello', data: { n: 1 } });
    expect(await eventsSoFar(bob!.peer)).toEqual([]);
  });

  it('sends {} when there is no data, and null as null', async () => {
    const { peer, socket } = await connectBoth(await start());
    socket.emit('bare');
    socket.emit('nothing', undefined);
    socket.emit('null', null);
    expect((await peer.barrier()).map(({ data }) => data)).toEqual([{}, {}, null]);
  });

  it('has no id', async () => {
    const { peer, socket } = await connectBoth(await start());
    socket.emit('hello');
    expect(Object.keys(await peer.next()).toSorted()).toEqual(['data', 'event', 'timestamp']);
  });

  it('throws a TypeError for what JSON cannot hold, and the connection goes on', async () => {
    const { peer, socket } = await connectBoth(await start());
    expect(() => socket.emit('bad', { n: 1n })).toThrow(TypeError);
    expect(() => socket.emit('bad', () => undefined)).toThrow(TypeError);
    socket.emit('good');
    expect(await eventsSoFar(peer)).toEqual(['good']);
  });

  it('does nothing once the connection is closed, by this side or the other', async () => {
    const started = await start();
    const { socket, peer } = await connectBoth(started);
    socket.close();
    expect(socket.closed).toBe(true);
    socket.emit('late');
    expect(await peer.closed).toMatchObject({ code: 1000 });
    await expect(peer.next()).rejects.toThrow('Not taken so far: []');

    const other = await connectBoth(started);
    await other.peer.close();
    await expect.poll(() => other.socket.closed).toBe(true);
    other.socket.emit('late');
    other.socket.broadcast('late');
    other.socket.close(4000);
    other.socket.send('late');
  });

  it('writes timestamps with a Z when asked to', async () => {
    const { peer, socket } = await connectBoth(await start({ options: { timestamps: 'offset' } }));
    socket.emit('hello');
    expect((await peer.next()).timestamp).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
  });

  it('writes the present time in UTC', async () => {
    const { peer, socket } = await connectBoth(await start());
    const before = Date.now();
    socket.emit('hello');
    const sent = Date.parse(`${(await peer.next()).timestamp}Z`);
    expect(sent).toBeGreaterThanOrEqual(before);
    expect(sent).toBeLessThanOrEqual(Date.now());
  });
});

describe('socket.broadcast()', () => {
  async function threeInRooms() {
    const started = await start();
    const [alice, bob, carol] = await connectMany(started, 3);
    await alice!.socket.join('tea');
    await bob!.socket.join('tea');
    await carol!.socket.join('cake');
    const received = async () => [
      await eventsSoFar(alice!.peer),
      await eventsSoFar(bob!.peer),
      await eventsSoFar(carol!.peer),
    ];
    return { socket: alice!.socket, received };
  }

  it('reaches the others in the own rooms by default', async () => {
    const { socket, received } = await threeInRooms();
    socket.broadcast('hello');
    expect(await received()).toEqual([[], ['hello'], []]);
  });

  it('reaches the rooms it is told, being a member or not', async () => {
    const { socket, received } = await threeInRooms();
    socket.broadcast('one', {}, { to: 'cake' });
    socket.broadcast('two', {}, { to: ['cake', 'tea'] });
    socket.broadcast('three', {}, { to: [] });
    expect(await received()).toEqual([[], ['two'], ['one', 'two']]);
  });

  it('reaches the socket itself with skipSelf off, once', async () => {
    const { socket, received } = await threeInRooms();
    await socket.join('cake');
    socket.broadcast('hello', { n: 1 }, { skipSelf: false });
    expect(await received()).toEqual([['hello'], ['hello'], ['hello']]);
  });

  it('reaches nobody from a socket that is in no room', async () => {
    const { socket, received } = await threeInRooms();
    await socket.leave('tea');
    socket.broadcast('hello');
    expect(await received()).toEqual([[], [], []]);
  });
});

describe('socket.request()', () => {
  it('resolves with what the client answers', async () => {
    const { peer, socket } = await connectBoth(await start());
    const answer = socket.request('question', { text: 'How are you?' });
    const question = await peer.next('question');
    expect(question).toMatchObject({ id: 's1', data: { text: 'How are you?' } });
    peer.send('ack', { text: 'fine' }, { id: question.id });
    expect(await answer).toEqual({ text: 'fine' });
  });

  it('keeps several apart by their ids, whatever the order of the answers', async () => {
    const { peer, socket } = await connectBoth(await start());
    const answers = ['a', 'b', 'c'].map((name) => socket.request('question', { name }));
    const questions = [await peer.next(), await peer.next(), await peer.next()];
    expect(questions.map(({ id }) => id)).toEqual(['s1', 's2', 's3']);
    for (const { id, data } of questions.toReversed()) {
      peer.send('ack', (data as { name: string }).name.toUpperCase(), { id });
    }
    expect(await Promise.all(answers)).toEqual(['A', 'B', 'C']);
  });

  it('counts per connection: an ack of somebody else answers nothing', async () => {
    const [alice, bob] = await connectMany(await start(), 2);
    const answer = outcome(alice!.socket.request('question'));
    await alice!.peer.next('question');
    bob!.peer.send('ack', 'from bob', { id: 's1' });
    await bob!.peer.barrier();
    alice!.peer.send('ack', 'from alice', { id: 's1' });
    expect(await answer).toBe('from alice');
  });

  it("rejects with the client's code when it answers with an error", async () => {
    const { peer, socket } = await connectBoth(await start());
    const answer = outcome(socket.request('question'));
    const { id } = await peer.next('question');
    peer.send('ack', undefined, { id, error: { code: 'unknown_event', message: 'What?' } });
    expect(await answer).toBeInstanceOf(BounceWsError);
    // As the cause: details would be passed on to whoever asked for the handler that does not catch it.
    expect(await answer).toMatchObject({
      code: 'unknown_event',
      details: undefined,
      cause: { message: 'What?' },
    });
  });

  it.each([[{ code: 'made_up' }], ['text'], [null], [{}], [{ code: 7 }]])(
    'rejects with internal_error when the client refuses with %j',
    async (error) => {
      const { peer, socket } = await connectBoth(await start());
      const answer = outcome(socket.request('question'));
      const { id } = await peer.next('question');
      peer.send('ack', 'ignored', { id, error });
      expect(await answer).toMatchObject({ code: 'internal_error' });
    },
  );

  it('rejects with timeout when the client does not answer in time, and ignores a late answer', async () => {
    const { peer, socket } = await connectBoth(await start());
    const answer = outcome(socket.request('question', {}, { timeoutMs: 20 }));
    const { id } = await peer.next('question');
    expect(await answer).toMatchObject({ code: 'timeout' });
    peer.send('ack', 'late', { id });
    expect(await peer.barrier()).toEqual([]);
  });

  it('takes the time from the option requestTimeoutMs when the call names none', async () => {
    const { socket } = await connectBoth(await start({ options: { requestTimeoutMs: 20 } }));
    expect(await outcome(socket.request('question'))).toMatchObject({ code: 'timeout' });
  });

  it('rejects with unavailable when the client goes before it answers', async () => {
    const { peer, socket } = await connectBoth(await start());
    const answers = [socket.request('question'), socket.request('question')].map(outcome);
    await peer.next('question');
    peer.socket.terminate();
    expect(await Promise.all(answers)).toMatchObject([
      { code: 'unavailable' },
      { code: 'unavailable' },
    ]);
  });

  it('rejects with unavailable at once when the client is gone already', async () => {
    const { socket } = await connectBoth(await start());
    socket.close();
    expect(await outcome(socket.request('question'))).toMatchObject({ code: 'unavailable' });
  });

  it('that nobody awaits does not end the process when the client keeps silent', async () => {
    const { socket } = await connectBoth(await start());
    const unhandled: unknown[] = [];
    const note = (reason: unknown): void => void unhandled.push(reason);
    process.on('unhandledRejection', note);
    try {
      void socket.request('question', {}, { timeoutMs: 10 });
      await outcome(socket.request('question', {}, { timeoutMs: 30 }));
      await new Promise(setImmediate);
      expect(unhandled).toEqual([]);
    } finally {
      process.off('unhandledRejection', note);
    }
  });

  it('is answered while a handler of the same client waits for it', async () => {
    @WebSocketGateway()
    class AskGateway {
      @OnEvent('ask') async ask(client: BounceSocket) {
        return { answer: await client.request('question') };
      }
    }
    const { peer } = await connectBoth(await start({ providers: [AskGateway] }));
    const reply = peer.request('ask');
    const { id } = await peer.next('question');
    peer.send('ack', 'fine', { id });
    expect(await reply).toMatchObject({ event: 'ack', data: { answer: 'fine' } });
  });
});

describe('socket.close()', () => {
  it.each([
    [undefined, 1000],
    [1000, 1000],
    [1001, 1001],
    [1011, 1011],
    [1013, 1013],
    [3000, 3000],
    [4403, 4403],
    [4999, 4999],
  ])('with %s closes with %s', async (code, seen) => {
    const { peer, socket } = await connectBoth(await start());
    socket.close(code, 'because');
    expect(await peer.closed).toEqual({ code: seen, reason: 'because' });
  });

  it.each([0, 999, 1004, 1005, 1006, 1015, 2999, 5000, -1, 1.5, Number.NaN])(
    'throws a TypeError for %s, which may not be sent, and leaves the connection open',
    async (code) => {
      const { peer, socket } = await connectBoth(await start());
      expect(() => socket.close(code)).toThrow(TypeError);
      socket.emit('still here');
      expect((await peer.next()).event).toBe('still here');
      socket.close(4000);
      expect(await peer.closed).toMatchObject({ code: 4000 });
    },
  );

  it('tells the disconnect handler and closed$ the code of the call that worked', async () => {
    const started = await start();
    const { socket } = await connectBoth(started);
    const closed = firstValueFrom(started.app.get(ConnectionRegistry).closed$);
    expect(() => socket.close(1006)).toThrow(TypeError);
    socket.close(4001, 'why');
    socket.close(4002, 'again');
    expect(await closed).toMatchObject({ socket, code: 4001 });
  });

  it('cuts a reason to 123 bytes and never inside a character', async () => {
    const started = await start();
    const ascii = await connectBoth(started);
    ascii.socket.close(4000, 'x'.repeat(500));
    expect(await ascii.peer.closed).toEqual({ code: 4000, reason: 'x'.repeat(123) });
    const euros = await connectBoth(started);
    euros.socket.close(4000, `xx${'€'.repeat(100)}`);
    expect(await euros.peer.closed).toEqual({ code: 4000, reason: `xx${'€'.repeat(40)}` });
  });

  it('lets everything out that was sent before', async () => {
    const { peer, socket } = await connectBoth(await start());
    for (let n = 0; n < 20; n++) socket.emit('n', { n });
    socket.close(4000);
    for (let n = 0; n < 20; n++) expect((await peer.next()).data).toEqual({ n });
    expect(await peer.closed).toMatchObject({ code: 4000 });
  });

  it('twice is harmless: the first one counts', async () => {
    const { peer, socket } = await connectBoth(await start());
    socket.close(4001);
    socket.close(4002);
    expect(await peer.closed).toMatchObject({ code: 4001 });
  });

  it('ends the handling of messages that arrive afterwards', async () => {
    const handled: number[] = [];
    @WebSocketGateway()
    class CountGateway {
      @OnEvent('count') count(client: BounceSocket, n: number): void {
        handled.push(n);
        if (n === 2) client.close(4000);
      }
    }
    const { peer } = await connectBoth(await start({ providers: [CountGateway] }));
    for (let n = 1; n <= 10; n++) peer.send('count', { n });
    await peer.closed;
    expect(handled).toEqual([1, 2]);
  });
});

describe('what a socket knows', () => {
  it('has an id of its own, by which the registry finds it while it is open', async () => {
    const started = await start();
    const registry = started.app.get(ConnectionRegistry);
    const [alice, bob] = await connectMany(started, 2);
    expect(alice!.socket.id).not.toBe(bob!.socket.id);
    expect(registry.get(alice!.socket.id)).toBe(alice!.socket);
    expect([...registry.sockets]).toEqual([alice!.socket, bob!.socket]);
    expect(registry.size).toBe(2);
    await alice!.peer.close();
    await expect.poll(() => registry.get(alice!.socket.id)).toBeUndefined();
    expect(registry.size).toBe(1);
  });

  it('has nobody as its user as long as nobody authenticated', async () => {
    const { socket } = await connectBoth(await start());
    expect(socket.user).toBeNull();
  });

  it('has a state of its own that starts empty and stays', async () => {
    @WebSocketGateway()
    class StateGateway {
      @OnEvent('set') set(client: BounceSocket<{ name?: string }>, name: string): void {
        client.state.name = name;
      }
      @OnEvent('get') get(client: BounceSocket<{ name?: string }>) {
        return client.state;
      }
    }
    const [alice, bob] = await connectMany(await start({ providers: [StateGateway] }), 2);
    expect((await alice!.peer.request('get')).data).toEqual({});
    await alice!.peer.request('set', { name: 'Alice' });
    expect((await alice!.peer.request('get')).data).toEqual({ name: 'Alice' });
    expect((await bob!.peer.request('get')).data).toEqual({});
    expect(alice!.socket.state).toEqual({ name: 'Alice' });
  });

  it('has the handshake: headers, query, address, target and codec', async () => {
    const started = await start();
    const { socket } = await connectBoth(
      { ...started, url: `${started.url}/?room=a%20b&room=c&empty=` },
      { headers: { 'X-Test': 'yes' } },
    );
    const { handshake } = socket;
    expect(handshake.headers['x-test']).toBe('yes');
    expect(handshake.query.getAll('room')).toEqual(['a b', 'c']);
    expect(handshake.query.get('empty')).toBe('');
    expect(handshake.ip).toBe('127.0.0.1');
    expect(handshake.url).toBe('/?room=a%20b&room=c&empty=');
    expect(handshake.codec).toBe('bounce');
    expect(handshake.subprotocol).toBe('');
  });

  it('has an empty query when there is none, and survives a broken one', async () => {
    const started = await start();
    const plain = await connectBoth(started);
    expect([...plain.socket.handshake.query]).toEqual([]);
    const broken = await connectBoth({ ...started, url: `${started.url}/?a=%E0%A4%A&%00` });
    expect(broken.socket.handshake.query.has('a')).toBe(true);
  });

  it('has the subprotocol that was chosen', async () => {
    const { peer, socket } = await connectBoth(await start(), {
      protocols: ['chat', 'bounce.v1.json'],
    });
    expect(peer.subprotocol).toBe('bounce.v1.json');
    expect(socket.handshake.subprotocol).toBe('bounce.v1.json');
    expect(socket.handshake.codec).toBe('bounce');
  });
});

describe('socket.send()', () => {
  it('sends text and bytes as they are', async () => {
    const { peer, socket } = await connectBoth(await start());
    const frames: [unknown, boolean][] = [];
    peer.socket.removeAllListeners('message');
    peer.socket.on('message', (data: Buffer, isBinary) =>
      frames.push([isBinary ? [...data] : data.toString(), isBinary]),
    );
    socket.send('no JSON, ünï¢ode');
    socket.send(Uint8Array.of(0, 255, 7));
    socket.send('');
    await expect.poll(() => frames).toHaveLength(3);
    expect(frames).toEqual([
      ['no JSON, ünï¢ode', false],
      [[0, 255, 7], true],
      ['', false],
    ]);
  });

  it('keeps its place among emits', async () => {
    const { peer, socket } = await connectBoth(await start());
    socket.emit('one');
    socket.send('{"event":"two"}');
    socket.emit('three');
    expect(await eventsSoFar(peer)).toEqual(['one', 'two', 'three']);
  });
});

describe('socket.evalJs()', () => {
  it('throws forbidden and sends nothing unless the module was set up with it', async () => {
    const { peer, socket } = await connectBoth(await start());
    expect(() => socket.evalJs('alert(1)')).toThrow(BounceWsError);
    expect(() => socket.evalJs('alert(1)')).toThrow(/evalJs/);
    expect(await peer.barrier()).toEqual([]);
  });

  it('sends the script when it was', async () => {
    const { peer, socket } = await connectBoth(await start({ options: { evalJs: true } }));
    socket.evalJs('document.title = "hi"');
    expect(await peer.next()).toMatchObject({
      event: 'eval_js',
      data: { script: 'document.title = "hi"' },
    });
  });

  it('is nothing that a client can ask for', async () => {
    const started = await start({ options: { evalJs: true } });
    const [alice, bob] = await connectMany(started, 2);
    expect(await alice!.peer.request('eval_js', { script: 'alert(1)' })).toMatchObject({
      event: 'error',
      data: { code: 'reserved_event' },
    });
    expect(await bob!.peer.barrier()).toEqual([]);
  });
});

describe('ConnectionRegistry', () => {
  it('announces who came and who went, with the code the client gave', async () => {
    const started = await start();
    const registry = started.app.get(ConnectionRegistry);
    const log: string[] = [];
    registry.opened$.subscribe(({ id }) => log.push(`opened ${id}`));
    registry.closed$.subscribe(({ socket, code, reason }) =>
      log.push(`closed ${socket.id} ${code} ${reason}`),
    );
    const { peer, socket } = await connectBoth(started);
    await peer.close(4321, 'enough');
    await expect
      .poll(() => log)
      .toEqual([`opened ${socket.id}`, `closed ${socket.id} 4321 enough`]);
  });

  it('gives 1006 for a connection that ended without a word', async () => {
    const started = await start();
    const closed = firstValueFrom(started.app.get(ConnectionRegistry).closed$);
    const { peer } = await connectBoth(started);
    peer.socket.terminate();
    expect(await closed).toMatchObject({ code: 1006 });
  });

  it('lists a connection only once its connect hooks are done', async () => {
    const gate = deferred();
    const entered = deferred();
    @WebSocketGateway()
    class SlowGateway {
      @OnEvent('connect') async greet(client: BounceSocket): Promise<void> {
        client.emit('welcome');
        entered.resolve();
        await gate.promise;
      }
    }
    const started = await start({ providers: [SlowGateway] });
    const peer = await WsPeer.connect(started.url);
    await entered.promise;
    const registry = started.app.get(ConnectionRegistry);
    expect(registry.size).toBe(0);
    started.app.get(BroadcastService).toAll().emit('too early');
    gate.resolve();
    await peer.barrier().then((before) => {
      expect(before.map(({ event }) => event)).toEqual(['welcome']);
    });
    expect(registry.size).toBe(1);
  });
});
