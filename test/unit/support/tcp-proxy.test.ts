import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Server, Socket } from 'node:net';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { TcpProxy } from '../../support/tcp-proxy.js';

describe('the TCP proxy', () => {
  let server: Server;
  let proxy: TcpProxy;
  const sockets: Socket[] = [];

  beforeEach(async () => {
    server = createServer({ allowHalfOpen: true }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    proxy = await TcpProxy.listen((server.address() as AddressInfo).port);
  });
  afterEach(async () => {
    for (const socket of sockets.splice(0)) socket.destroy();
    await proxy.close();
    server.close();
  });

  /** Both ends of a connection through the proxy. */
  const pair = async (): Promise<[client: Socket, peer: Socket]> => {
    const accepted = once(server, 'connection') as Promise<[Socket]>;
    const client = connect({ port: proxy.port, host: '127.0.0.1', allowHalfOpen: true });
    const [peer] = await accepted;
    sockets.push(client, peer);
    for (const socket of [client, peer]) socket.setEncoding('utf8').on('error', () => undefined);
    return [client, peer];
  };

  const data = async (socket: Socket): Promise<string> => {
    const [text] = (await once(socket, 'data')) as [string];
    return text;
  };

  /** Waits until that many bytes have come as far as the proxy. */
  const proxyHas = (bytes: number) => vi.waitFor(() => expect(proxy.bytes).toBe(bytes));

  /** What arrives at a socket from now on. */
  const arrivals = (socket: Socket): string[] => {
    const texts: string[] = [];
    socket.on('data', (text: string) => texts.push(text));
    return texts;
  };

  /** As the process counts them: one that it still has does not let it end. */
  const openSockets = () =>
    process.getActiveResourcesInfo().filter((name) => name === 'TCPSocketWrap').length;

  it('passes bytes and ends on, each way', async () => {
    const [client, peer] = await pair();
    const up = data(peer);
    client.end('hello');
    expect(await up).toBe('hello');
    await once(peer, 'end');
    const down = data(client);
    peer.end('bye');
    expect(await down).toBe('bye');
    await once(client, 'close');
    await vi.waitFor(() => expect(proxy.open).toBe(0));
    expect(proxy.accepted).toBe(1);
  });

  it('passes on more than a receiver takes at a time', async () => {
    const [client, peer] = await pair();
    const size = 16 * 1_048_576;
    let received = 0;
    const done = new Promise<void>((resolve) => {
      peer.on('data', (text: string) => {
        received += text.length;
        if (received === size) resolve();
      });
    });
    client.write('x'.repeat(size));
    await done;
    expect(received).toBe(size);
  });

  it('resets both ends', async () => {
    const [client, peer] = await pair();
    const ends = [once(client, 'error'), once(peer, 'error')];
    proxy.reset();
    const errors = (await Promise.all(ends)) as [NodeJS.ErrnoException][];
    expect(errors.map(([{ code }]) => code)).toEqual(['ECONNRESET', 'ECONNRESET']);
  });

  it('resets also a connection whose end it passes on in that moment', async () => {
    // Those of the test before are still being closed.
    await vi.waitFor(() => expect(openSockets()).toBe(0));
    const [client, peer] = await pair();
    peer.end();
    const passesOn = vi.spyOn(Socket.prototype, 'end');
    await new Promise<void>((resolve) => {
      passesOn.mockImplementationOnce(function (this: Socket) {
        passesOn.mockRestore();
        this.end();
        proxy.reset();
        resolve();
        return this;
      });
    });
    peer.destroy();
    client.destroy();
    await vi.waitFor(() => expect(openSockets()).toBe(0));
  });

  it('passes on that an end was reset', async () => {
    const [client, peer] = await pair();
    const end = once(client, 'error');
    peer.resetAndDestroy();
    expect(await end).toMatchObject([{ code: 'ECONNRESET' }]);
  });

  it('resets a client when there is no server', async () => {
    server.close();
    await once(server, 'close');
    const client = connect({ port: proxy.port, host: '127.0.0.1' });
    expect(await once(client, 'error')).toMatchObject([{ code: 'ECONNRESET' }]);
    server.listen(0);
  });

  it('refuses, and accepts again once healed', async () => {
    proxy.refuse();
    const client = connect({ port: proxy.port, host: '127.0.0.1' });
    expect(await once(client, 'error')).toMatchObject([{ code: 'ECONNRESET' }]);
    proxy.heal();
    await pair();
    expect(proxy.accepted).toBe(1);
  });

  it('swallows one direction and leaves the other', async () => {
    const [client, peer] = await pair();
    const lost = arrivals(peer);
    proxy.blackhole('up');
    client.write('lost');
    await proxyHas(4);
    const down = data(client);
    peer.write('kept');
    expect(await down).toBe('kept');
    proxy.heal();
    client.write('after');
    await once(peer, 'data');
    expect(lost).toEqual(['after']);
  });

  it('swallows both directions, and the end of a connection', async () => {
    const [client, peer] = await pair();
    const lost = arrivals(client);
    proxy.blackhole();
    peer.write('lost');
    await proxyHas(4);
    client.resetAndDestroy();
    const [other, otherPeer] = await pair();
    other.write('lost too');
    await proxyHas(12);
    proxy.heal();
    const up = data(otherPeer);
    other.write('after');
    expect(await up).toBe('after');
    expect(lost).toEqual([]);
    expect(peer.destroyed).toBe(false);
    expect(proxy.open).toBe(2);
  });

  it.each(['client', 'server'] as const)(
    'leaves the %s alone with half a connection',
    async (end) => {
      const [client, peer] = await pair();
      const [believer, other] = end === 'client' ? [client, peer] : [peer, client];
      const ended = once(other, 'end');
      other.resume();
      proxy.halfOpen(end);
      await ended;
      believer.write('into the void');
      // A connection of its own tells that the proxy had its turn.
      await pair();
      expect(believer.destroyed).toBe(false);
    },
  );

  it('delays, and keeps the order when it stops', async () => {
    const [client, peer] = await pair();
    const texts = arrivals(peer);
    proxy.latency(50);
    const start = performance.now();
    client.write('first');
    await proxyHas(5);
    proxy.heal();
    client.write('second');
    while (texts.join('') !== 'firstsecond') await once(peer, 'data');
    expect(performance.now() - start).toBeGreaterThanOrEqual(49);
  });
});
