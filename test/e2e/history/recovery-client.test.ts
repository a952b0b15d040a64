import {
  type BounceWsOptions,
  ConnectionRegistry,
  type HistorySettings,
  MemoryBus,
  memoryEngine,
} from 'bounce-ws';
import type { ClientOptions } from 'bounce-ws/client';
import { MsgpackCodec } from 'bounce-ws/codecs/msgpack';
import { WebSocket, type ClientOptions as WsOptions } from 'ws';
import { afterEach, describe, expect, it } from 'vitest';
import { expectNothingLeft } from '../../support/leftovers.js';
import type { StartedApp } from '../../support/start-app.js';
import { TcpProxy } from '../../support/tcp-proxy.js';
import { expectNoUnhandledErrors } from '../../support/unhandled.js';
import { useApps } from '../../support/use-apps.js';
import { PATIENCE, say, TeaGateway, TeaGuest } from './support/tea-room.js';

const HISTORY: HistorySettings = { size: 1_000, maxRecovered: 1_000 };

expectNothingLeft();
expectNoUnhandledErrors();

const startApp = useApps();
const closing: (() => unknown)[] = [];

afterEach(async () => {
  await Promise.all(closing.splice(0).map((close) => close()));
});

const start = (options: BounceWsOptions = { history: HISTORY }): Promise<StartedApp> =>
  startApp({ providers: [TeaGateway], options });

const numbers = (from: number, to: number): string[] =>
  Array.from({ length: to - from + 1 }, (_, index) => String(from + index));

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

function guest(url: string, options: ClientOptions): TeaGuest {
  const made = new TeaGuest(url, options);
  closing.push(() => made.client.close());
  return made;
}

/** A guest in the room, and the network between it and the server. */
async function guestBehindProxy(
  { port }: StartedApp,
  options: ClientOptions,
): Promise<[TeaGuest, TcpProxy]> {
  const proxy = await TcpProxy.listen(port);
  closing.push(() => proxy.close());
  const made = guest(`ws://127.0.0.1:${proxy.port}`, options);
  await made.isBack();
  return [made, proxy];
}

/** Takes the network away until it is healed. */
async function cut(away: TeaGuest, proxy: TcpProxy): Promise<void> {
  const lost = away.isLost();
  proxy.refuse();
  proxy.reset();
  await lost;
}

describe.each<[string, ClientOptions]>([
  ['JSON', {}],
  ['MessagePack', { codec: new MsgpackCodec() }],
])('a client with a RoomRecovery, in a room with history, that speaks %s', (_name, talk) => {
  it('hears what was said while it was away, in order and once, and then what is said', async () => {
    const app = await start();
    const [alice, proxy] = await guestBehindProxy(app, talk);
    for (let round = 0; round < 3; round++) {
      say(app, 10 * round + 1);
      await alice.hears(10 * round + 1);
      await cut(alice, proxy);
      for (let n = 2; n <= 10; n++) say(app, 10 * round + n);
      proxy.heal();
    }
    say(app, 31);
    await alice.hears(31);
    expect(alice.heard).toEqual(numbers(1, 31));
    expect(alice.recovered).toEqual([undefined, true, true, true]);
    expect(alice.onError).not.toHaveBeenCalled();
  });

  it('hears all of it once and in order, whenever the connection breaks', async () => {
    const app = await start();
    const [alice, proxy] = await guestBehindProxy(app, talk);
    for (let n = 1; n <= 600; n++) {
      say(app, n);
      if (n % 37 === 0) proxy.reset();
      await turn();
    }
    await alice.hears(600);
    expect(alice.heard).toEqual(numbers(1, 600));
    expect(proxy.accepted).toBeGreaterThan(3);
    expect(alice.recovered.slice(1)).not.toContain(false);
    expect(alice.onError).not.toHaveBeenCalled();
  });

  it('is told when more was missed than is kept, gets none of it, and can load it another way', async () => {
    const app = await start({ history: { size: 5 } });
    const [alice, proxy] = await guestBehindProxy(app, talk);
    say(app, 1);
    await alice.hears(1);
    await cut(alice, proxy);
    for (let n = 2; n <= 7; n++) say(app, n);
    proxy.heal();
    await alice.isBack();
    say(app, 8);
    await alice.hears(8);
    expect(alice.recovered).toEqual([undefined, false]);
    expect(alice.heard).toEqual(['1', '8']);
    expect(await alice.client.request('all_said')).toEqual(numbers(4, 8));
    await cut(alice, proxy);
    say(app, 9);
    proxy.heal();
    await alice.hears(9);
    expect(alice.recovered).toEqual([undefined, false, true]);
    expect(alice.heard).toEqual(['1', '8', '9']);
  });

  it('does not hear again what it said itself', async () => {
    const app = await start();
    const [alice, proxy] = await guestBehindProxy(app, talk);
    alice.client.emit('say', { text: 'mine' });
    await alice.client.request('all_said');
    await cut(alice, proxy);
    say(app, 'yours');
    proxy.heal();
    await alice.hears('yours');
    expect(alice.heard).toEqual(['yours']);
  });

  it('misses nothing when it says something itself before it is back in the room', async () => {
    const app = await start();
    const [alice, proxy] = await guestBehindProxy(app, talk);
    const bob = guest(app.url, talk);
    await bob.isBack();
    await cut(alice, proxy);
    say(app, 1);
    alice.client.emit('say', { text: 'hello again' });
    proxy.heal();
    await bob.hears('hello again');
    say(app, 2);
    await alice.hears(2);
    expect(alice.heard).toEqual(['1', '2']);
    expect(bob.heard).toEqual(['1', 'hello again', '2']);
  });

  it('comes back on another node each time, and hears all of it once and in order', async () => {
    const bus = new MemoryBus();
    const one = () => start({ history: HISTORY, engine: memoryEngine({ bus }) });
    const nodes = [await one(), await one()] as const;
    let opened = 0;
    class InTurn extends WebSocket {
      constructor(_url: string, protocols?: string | string[], options?: WsOptions) {
        super(nodes[opened++ % 2]!.url, protocols, options);
      }
    }
    const alice = guest(nodes[0].url, { ...talk, WebSocket: InTurn });
    await alice.isBack();
    for (let round = 0; round < 12; round++) {
      const back = alice.isBack();
      for (const { app } of nodes) {
        for (const socket of app.get(ConnectionRegistry).sockets) socket.close(1012, '');
      }
      for (let n = 1; n <= 50; n++) {
        say(nodes[0], 50 * round + n);
        await turn();
      }
      await back;
    }
    await alice.hears(600);
    expect(alice.heard).toEqual(numbers(1, 600));
    expect(opened).toBe(13);
    expect(alice.recovered.slice(1)).not.toContain(false);
    expect(alice.onError).not.toHaveBeenCalled();
  });

  it('moves to another node when its own stops, and misses nothing', async () => {
    const bus = new MemoryBus();
    const one = () => start({ history: HISTORY, engine: memoryEngine({ bus }) });
    const [first, second] = [await one(), await one()];
    const proxy = await TcpProxy.listen(first.port, second.port);
    closing.push(() => proxy.close());
    const alice = guest(`ws://127.0.0.1:${proxy.port}`, talk);
    await alice.isBack();
    const back = alice.isBack();
    let said = 0;
    const speaking = setInterval(() => say(second, ++said));
    await first.app.close();
    await back;
    clearInterval(speaking);
    say(second, ++said);
    await alice.hears(said);
    expect(alice.heard).toEqual(numbers(1, said));
    expect(alice.recovered).toEqual([undefined, true]);
  });

  it('hears from a server without history what it would hear anyway, and nothing of a refusal', async () => {
    const app = await start({});
    const proxy = await TcpProxy.listen(app.port);
    closing.push(() => proxy.close());
    const alice = guest(`ws://127.0.0.1:${proxy.port}`, talk);
    await alice.client.request('enter');
    say(app, 1);
    await expect.poll(() => alice.heard, PATIENCE).toEqual(['1']);
    await cut(alice, proxy);
    say(app, 2);
    proxy.heal();
    await alice.client.request('enter');
    say(app, 3);
    await expect.poll(() => alice.heard, PATIENCE).toEqual(['1', '3']);
    expect(alice.recovered).toEqual([]);
    expect(alice.onError).not.toHaveBeenCalled();
  });
});
