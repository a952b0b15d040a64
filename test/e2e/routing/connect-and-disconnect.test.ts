import {
  type CanActivate,
  Catch,
  type ExceptionFilter,
  type ExecutionContext,
  UseFilters,
  UseGuards,
} from '@nestjs/common';
import { WebSocketGateway } from '@nestjs/websockets';
import { type BounceSocket, BounceWsError, OnEvent, Payload } from 'bounce-ws';
import { describe, expect, it } from 'vitest';
import { type Deferred, deferred } from '../../support/deferred.js';
import { expectNoUnhandledErrors } from '../../support/unhandled.js';
import { useApps } from '../../support/use-apps.js';
import { WsPeer } from '../../support/ws-peer.js';

interface State {
  greeted?: boolean;
}

interface Goodbye {
  readonly by: string;
  readonly id: string;
  readonly code: number;
  readonly reason: string;
}

const goodbyes: Goodbye[] = [];
let gate: Deferred | undefined;

@WebSocketGateway()
class FirstGateway {
  @OnEvent('connect')
  async greet(client: BounceSocket<State>) {
    await gate?.promise;
    client.state.greeted = true;
    client.emit('welcome', { id: client.id });
    return 'ignored';
  }

  @OnEvent('disconnect')
  async farewell(client: BounceSocket<State>, code: number, reason: string) {
    await Promise.resolve();
    goodbyes.push({ by: 'first', id: client.id, code, reason });
    return 'ignored';
  }

  @OnEvent('state')
  state(client: BounceSocket<State>) {
    return client.state;
  }

  @OnEvent('throw-out')
  throwOut(client: BounceSocket) {
    client.close(4403, 'out');
  }
}

@WebSocketGateway()
class SecondGateway {
  @OnEvent('connect')
  greet(client: BounceSocket<State>) {
    client.emit('second', { greeted: client.state.greeted === true });
  }

  @OnEvent('disconnect')
  farewell(client: BounceSocket, @Payload() { code, reason }: { code: number; reason: string }) {
    goodbyes.push({ by: 'second', id: client.id, code, reason });
  }
}

@WebSocketGateway()
class FailingGateway {
  @OnEvent('connect')
  greet(client: BounceSocket) {
    const code = client.handshake.query.get('fail');
    if (code === 'error') throw new Error('secret');
    if (code !== null) throw new BounceWsError('forbidden', 'secret');
  }

  @OnEvent('disconnect')
  farewell(client: BounceSocket) {
    if (client.handshake.query.has('late')) throw new Error('secret of the farewell');
  }
}

class NobodyGuard implements CanActivate {
  static events: string[] = [];

  canActivate(context: ExecutionContext): boolean {
    NobodyGuard.events.push(context.switchToWs().getPattern());
    return context.switchToWs().getClient<BounceSocket>().handshake.query.has('key');
  }
}

@Catch()
class SwallowingFilter implements ExceptionFilter {
  catch(): void {
    // An app's catch-all filter that only logs.
  }
}

@UseFilters(SwallowingFilter)
@UseGuards(NobodyGuard)
@WebSocketGateway()
class FilteredGateway {
  @OnEvent('connect')
  greet(client: BounceSocket) {
    client.emit('welcome');
  }
}

@UseGuards(NobodyGuard)
@WebSocketGateway()
class GuardedGateway {
  @OnEvent('connect')
  greet(client: BounceSocket) {
    client.emit('let in');
  }

  @OnEvent('disconnect')
  farewell(client: BounceSocket, code: number, reason: string) {
    goodbyes.push({ by: 'guarded', id: client.id, code, reason });
  }
}

expectNoUnhandledErrors();
const start = useApps();

async function startWith(...providers: (new () => object)[]) {
  goodbyes.length = 0;
  gate = undefined;
  NobodyGuard.events = [];
  return start({ providers });
}

describe('@OnEvent("connect")', () => {
  it('gets the client, and what it returns is nobody’s business', async () => {
    const { url } = await startWith(FirstGateway);
    const peer = await WsPeer.connect(url);
    expect(await peer.next()).toMatchObject({
      event: 'welcome',
      data: { id: expect.any(String) },
    });
    expect(await peer.barrier()).toEqual([]);
  });

  it('is awaited before the first message is handled, which is not lost', async () => {
    const { url } = await startWith(FirstGateway);
    gate = deferred();
    const peer = await WsPeer.connect(url);
    peer.send('state', {}, { id: 1 });
    peer.send('state', {}, { id: 2 });
    gate.resolve();
    expect(await peer.next()).toMatchObject({ event: 'welcome' });
    expect(await peer.next()).toMatchObject({ id: 1, data: { greeted: true } });
    expect(await peer.next()).toMatchObject({ id: 2, data: { greeted: true } });
  });

  it('may be in several gateways, which run one after another', async () => {
    const { url } = await startWith(FirstGateway, SecondGateway);
    const peer = await WsPeer.connect(url);
    expect(await peer.next()).toMatchObject({ event: 'welcome' });
    expect(await peer.next()).toMatchObject({ event: 'second', data: { greeted: true } });
  });

  it('that throws closes that client, with an error that names connect, and no other', async () => {
    const { url, log } = await startWith(FailingGateway, FirstGateway);
    const other = await WsPeer.connect(url);
    const peer = await WsPeer.connect(`${url}/?fail=error`);
    expect(await peer.next('error')).toMatchObject({
      data: { code: 'internal_error', message: 'Internal server error', event: 'connect' },
    });
    expect((await peer.closed).code).toBe(1011);
    expect(log.errors.join('\n')).toContain('secret');
    const refused = await WsPeer.connect(`${url}/?fail=forbidden`);
    expect((await refused.next('error')).data).toMatchObject({ code: 'forbidden' });
    expect((await refused.closed).code).toBe(4403);
    expect((await other.request('state')).data).toEqual({ greeted: true });
  });

  it('is guarded by the guards of its class', async () => {
    const { url } = await startWith(GuardedGateway);
    const peer = await WsPeer.connect(`${url}/?key=1`);
    expect((await peer.next()).event).toBe('let in');
    const refused = await WsPeer.connect(url);
    expect((await refused.next('error')).data).toMatchObject({ code: 'forbidden' });
    expect((await refused.closed).code).toBe(4403);
  });
});

describe('@OnEvent("disconnect")', () => {
  it('gets the client, and the code and reason that the client gave', async () => {
    const { url } = await startWith(FirstGateway, SecondGateway);
    const peer = await WsPeer.connect(url);
    const { id } = (await peer.next()).data as { id: string };
    await peer.close(4001, 'bye');
    await expect
      .poll(() => goodbyes)
      .toEqual([
        { by: 'first', id, code: 4001, reason: 'bye' },
        { by: 'second', id, code: 4001, reason: 'bye' },
      ]);
  });

  it('gets 1006 and no reason when the client vanished', async () => {
    const { url } = await startWith(FirstGateway);
    const peer = await WsPeer.connect(url);
    await peer.next();
    peer.socket.terminate();
    await expect.poll(() => goodbyes).toMatchObject([{ code: 1006, reason: '' }]);
  });

  it('gets the code that the server closed with', async () => {
    const { url } = await startWith(FirstGateway);
    const peer = await WsPeer.connect(url);
    peer.send('throw-out');
    expect(await peer.closed).toEqual({ code: 4403, reason: 'out' });
    await expect.poll(() => goodbyes).toMatchObject([{ code: 4403 }]);
  });

  it('runs although a guard of its class refuses the client', async () => {
    const { url } = await startWith(GuardedGateway);
    const refused = await WsPeer.connect(url);
    await refused.closed;
    await expect.poll(() => goodbyes).toMatchObject([{ by: 'guarded' }]);
    expect(NobodyGuard.events).toEqual(['connect']);
  });

  it('runs in every gateway although one throws, which is logged', async () => {
    const { url, log } = await startWith(FailingGateway, FirstGateway);
    const peer = await WsPeer.connect(`${url}/?late=1`);
    await peer.next();
    await peer.close();
    await expect.poll(() => goodbyes).toHaveLength(1);
    await expect.poll(() => log.errors.join('\n')).toContain('secret of the farewell');
  });

  it('runs once for every client when the app closes', async () => {
    const { url, app } = await startWith(FirstGateway);
    const peers = [await WsPeer.connect(url), await WsPeer.connect(url)];
    await Promise.all(peers.map((peer) => peer.next()));
    await app.close();
    expect(goodbyes).toHaveLength(2);
  });
});

describe('a client', () => {
  it('cannot raise either of them', async () => {
    const { url } = await startWith(FirstGateway);
    const peer = await WsPeer.connect(url);
    await peer.next();
    for (const event of ['connect', 'disconnect']) {
      expect((await peer.request(event, { code: 1, reason: '' })).data).toMatchObject({
        code: 'reserved_event',
        event,
      });
    }
    expect(goodbyes).toEqual([]);
  });
});

describe('a client that a connect handler refused', () => {
  it('stays out, whatever a filter makes of the refusal', async () => {
    const { url } = await startWith(FilteredGateway);
    const peer = await WsPeer.connect(url);
    expect(await peer.next()).toMatchObject({ event: 'error', data: { code: 'forbidden' } });
    expect((await peer.closed).code).toBe(4403);
  });
});
