import { WebSocketGateway } from '@nestjs/websockets';
import { type BounceSocket, BounceWsError, EmitEvery, OnEvent, Payload } from 'bounce-ws';
import { type Observable, finalize, interval, range, Subject } from 'rxjs';
import { describe, expect, it } from 'vitest';
import { deferred } from '../../support/deferred.js';
import { useApps } from '../../support/use-apps.js';
import { useScripts } from './support/script.js';
import { useServers } from './support/servers.js';

const startApp = useApps();
const servers = useServers();
const scripts = useScripts();

@WebSocketGateway()
class TestGateway {
  static readonly cancelled = new Subject<void>();

  @OnEvent('echo')
  echo(_client: BounceSocket, @Payload() payload: unknown): unknown {
    return payload;
  }

  @OnEvent('refuse')
  refuse(): never {
    throw new BounceWsError('forbidden', 'A secret', { details: { message: 'Not today' } });
  }

  @OnEvent('chatter')
  chatter(client: BounceSocket): string {
    client.emit('one', 1);
    client.emit('two', 2);
    return 'done';
  }

  @OnEvent('count')
  count(_client: BounceSocket, to: number): Observable<number> {
    return range(1, to);
  }

  @OnEvent('forever')
  forever(): Observable<number> {
    return interval(1).pipe(finalize(() => TestGateway.cancelled.next()));
  }

  @OnEvent('ask')
  async ask(client: BounceSocket, question: string): Promise<unknown> {
    try {
      return { answer: await client.request(question, { to: 'you' }) };
    } catch (error) {
      return { code: (error as BounceWsError).code };
    }
  }

  @EmitEvery('clock', { rateHz: 50 })
  tick(): { n: number } {
    return { n: 1 };
  }
}

const start = async (): Promise<string> => (await startApp({ providers: [TestGateway] })).url;

describe('request()', () => {
  it('returns the answer', async () => {
    const said = await scripts.run(
      await start(),
      `const client = new SyncBounceClient(url);
       say(client.request('echo', { text: 'hi' }));
       say(client.request('echo', [1]));
       say(client.request('echo'));
       say(client.request('ping', 'there?'));
       client.close();`,
    );
    expect(said).toEqual([{ text: 'hi' }, [1], {}, 'there?']);
  });

  it("throws the server's code and details", async () => {
    const said = await scripts.run(
      await start(),
      `const client = new SyncBounceClient(url);
       say(caught(() => client.request('refuse')));
       say(caught(() => client.request('nonsense')));
       say(client.request('echo', 'still there'));
       client.close();`,
    );
    expect(said).toMatchObject([
      { name: 'BounceWsError', code: 'forbidden', details: { message: 'Not today' } },
      {
        name: 'BounceWsError',
        code: 'unknown_event',
        message: 'The event is unknown (event "nonsense")',
      },
      'still there',
    ]);
  });

  it('leaves what else comes to receive()', async () => {
    const said = await scripts.run(
      await start(),
      `const client = new SyncBounceClient(url);
       say(client.request('chatter'));
       say(client.receive().event);
       say(client.receive().event);
       client.close();`,
    );
    expect(said).toEqual(['done', 'one', 'two']);
  });

  it('throws when no answer comes in time, and forgets one that comes late', async () => {
    const server = await servers.fake();
    const script = scripts.start(
      server.url,
      `const client = new SyncBounceClient(url, { requestTimeoutMs: 100 });
       say(caught(() => client.request('slow')).code);
       say(caught(() => client.request('slow', {}, { timeoutMs: 50 })).code);
       say(client.receive().event);
       say(client.request('quick', {}, { timeoutMs: Infinity }));
       client.close();`,
    );
    const peer = await server.accept();
    const first = await peer.next();
    const second = await peer.next();
    expect(await script.next()).toBe('timeout');
    expect(await script.next()).toBe('timeout');
    peer.send('slow', 'an item', first.id);
    peer.ack(first, 'late');
    peer.refuse(second, 'internal_error');
    peer.send('news');
    expect(await script.next()).toBe('news');
    peer.ack(await peer.next(), 'in time');
    expect(await script.next()).toBe('in time');
  });

  it('throws when the connection is lost before the answer', async () => {
    const server = await servers.fake();
    const script = scripts.start(
      server.url,
      `const client = new SyncBounceClient(url);
       const { name, code, closeCode, reason } = caught(() => client.request('slow'));
       say([name, code, closeCode, reason]);`,
    );
    const peer = await server.accept();
    await peer.next();
    peer.close(1012, 'restart');
    expect(await script.next()).toEqual(['ConnectionError', 'unavailable', 1012, 'restart']);
  });

  it('takes an unknown code for internal_error', async () => {
    const server = await servers.fake();
    const script = scripts.start(
      server.url,
      `say(caught(() => new SyncBounceClient(url).request('new')).code);`,
    );
    const peer = await server.accept();
    peer.refuse(await peer.next(), 'code_of_the_future');
    expect(await script.next()).toBe('internal_error');
  });

  it('throws what cannot be sent, and sends nothing', async () => {
    const said = await scripts.run(
      await start(),
      `const client = new SyncBounceClient(url);
       say(caught(() => client.request('')).code);
       say(caught(() => client.emit('x'.repeat(129))).code);
       say(caught(() => client.request('echo', 1n)).name);
       say(client.request('echo', 'fine'));
       client.close();`,
    );
    expect(said).toEqual(['bad_envelope', 'bad_envelope', 'TypeError', 'fine']);
  });
});

describe('emit()', () => {
  it('sends the data with the time, which never goes back', async () => {
    const server = await servers.fake();
    const script = scripts.start(
      server.url,
      `const client = new SyncBounceClient(url);
       client.emit('first', { n: 1 });
       const now = Date.now;
       Date.now = () => now() - 3_600_000;
       client.emit('second');
       client.close();`,
    );
    const peer = await server.accept();
    const [first, second] = [await peer.next(), await peer.next()];
    expect(first).toMatchObject({ event: 'first', data: { n: 1 } });
    expect(first.timestamp).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}$/);
    expect(second).toEqual({ event: 'second', timestamp: first.timestamp });
    await script.ended;
  });
});

describe('subscribe() and unsubscribe()', () => {
  it('return what the server now sends', async () => {
    const said = await scripts.run(
      await start(),
      `const client = new SyncBounceClient(url);
       say(client.subscribe('clock'));
       say(client.receive().event);
       say(client.unsubscribe('clock'));
       while (client.receive({ timeoutMs: 0 }) !== null) {}
       say(client.subscribe('*'));
       say(client.unsubscribe('*'));
       say(caught(() => client.subscribe('clock', 'weather')));
       client.close();`,
    );
    expect(said).toEqual([
      ['clock'],
      'clock',
      [],
      ['*', 'clock'],
      [],
      expect.objectContaining({ code: 'unknown_event', details: { events: ['weather'] } }),
    ]);
  });
});

describe('stream()', () => {
  it('reads what an Observable emits', async () => {
    const said = await scripts.run(
      await start(),
      `const client = new SyncBounceClient(url);
       say([...client.stream('count', { to: 3 })]);
       say(caught(() => [...client.stream('count', { to: 'three' })]).code);
       client.close();`,
    );
    expect(said).toEqual([[1, 2, 3], 'invalid_payload']);
  });

  it('is cancelled by leaving the loop', async () => {
    const cancelled = deferred();
    TestGateway.cancelled.subscribe(() => cancelled.resolve());
    const script = scripts.start(
      await start(),
      `const client = new SyncBounceClient(url);
       for (const n of client.stream('forever')) if (n === 3) break;
       say(client.request('echo', 'afterwards'));
       say(client.receive({ timeoutMs: 50 }));
       client.receive();`,
    );
    await cancelled.promise;
    expect(await script.next()).toBe('afterwards');
    // Items that were on their way are for nobody.
    expect(await script.next()).toBe(null);
  });

  it('leaves the items of a request that is read as none to receive()', async () => {
    const said = await scripts.run(
      await start(),
      `const client = new SyncBounceClient(url);
       say(client.request('count', { to: 2 }));
       say(client.receive().data);
       say(client.receive().data);
       client.close();`,
    );
    expect(said).toEqual([null, 1, 2]);
  });
});

describe('handle()', () => {
  it('answers the server while the client waits, for that very answer too', async () => {
    const said = await scripts.run(
      await start(),
      `const client = new SyncBounceClient(url);
       const stop = client.handle('name', ({ to }) => 'me, ' + to);
       say(client.request('ask', { question: 'name' }));
       client.handle('name', () => undefined);
       say(client.request('ask', { question: 'name' }));
       stop();
       say(client.request('ask', { question: 'name' }));
       say(client.request('ask', { question: 'age' }));
       client.close();`,
    );
    // Taking the first handler back does not touch the second.
    expect(said).toEqual([
      { answer: 'me, you' },
      { answer: null },
      { answer: null },
      { code: 'unknown_event' },
    ]);
  });

  it('may ask the server in turn', async () => {
    const said = await scripts.run(
      await start(),
      `const client = new SyncBounceClient(url);
       client.handle('name', () => client.request('ping', 'turn'));
       say(client.request('ask', { question: 'name' }));
       client.close();`,
    );
    expect(said).toEqual([{ answer: 'turn' }]);
  });

  it('sends a BounceWsError to the server, and throws anything else at the caller as well', async () => {
    const said = await scripts.run(
      await start(),
      `const client = new SyncBounceClient(url);
       client.handle('deny', () => { throw new BounceWsError('forbidden'); });
       client.handle('break', () => { throw new RangeError('broken'); });
       say(client.request('ask', { question: 'deny' }));
       say(caught(() => client.request('ask', { question: 'break' })));
       say(client.request('echo', 'still there'));
       client.close();`,
    );
    expect(said).toMatchObject([
      { code: 'forbidden' },
      { name: 'RangeError', message: 'broken' },
      'still there',
    ]);
  });
});
