import { once } from 'node:events';
import type { Server } from 'node:http';
import type { Socket } from 'node:net';
import { WebSocketGateway } from '@nestjs/websockets';
import { BroadcastService, OnEvent, Payload } from 'bounce-ws';
import { describe, expect, it } from 'vitest';
import type { AppSetup } from '../../support/start-app.js';
import { expectNoUnhandledErrors } from '../../support/unhandled.js';
import { connectBoth, useApps } from '../../support/use-apps.js';
import { UpgradeRefused, WsPeer } from '../../support/ws-peer.js';

const start = useApps();
expectNoUnhandledErrors();

@WebSocketGateway()
class EchoGateway {
  @OnEvent('echo') echo(@Payload() payload: unknown): unknown {
    return payload;
  }
}

const ON: AppSetup = { providers: [EchoGateway], options: { compression: true } };
const DEFLATE = { perMessageDeflate: { threshold: 0 } };

/** How many bytes a server has written to all its connections. */
function bytesWritten(server: Server): () => number {
  const sockets: Socket[] = [];
  server.on('connection', (socket) => sockets.push(socket));
  return () => sockets.reduce((sum, socket) => sum + socket.bytesWritten, 0);
}

describe('compression', () => {
  it('is not negotiated by default, whatever the client offers', async () => {
    const { url } = await start({ providers: [EchoGateway] });
    const peer = await WsPeer.connect(url, DEFLATE);
    expect(peer.socket.extensions).toBe('');
    expect((await peer.request('echo', 'x'.repeat(5_000))).data).toHaveLength(5_000);
  });

  it('is negotiated when it is on, without context takeover', async () => {
    const { url } = await start(ON);
    const peer = await WsPeer.connect(url, DEFLATE);
    expect(peer.socket.extensions).toBe('permessage-deflate');
    const response = await WsPeer.connect(url, DEFLATE);
    const [, message] = [response, (await response.request('echo', 'hello')).data];
    expect(message).toBe('hello');
  });

  it('serves clients that do not offer it as before', async () => {
    const { url } = await start(ON);
    const peer = await WsPeer.connect(url, { perMessageDeflate: false });
    expect(peer.socket.extensions).toBe('');
    expect((await peer.request('echo', 'x'.repeat(5_000))).data).toHaveLength(5_000);
  });

  it('makes large messages smaller on the wire and leaves short ones alone', async () => {
    let written = (): number => 0;
    const { url } = await start({
      ...ON,
      configure: (app) => {
        written = bytesWritten(app.getHttpServer() as Server);
      },
    });
    const peer = await WsPeer.connect(url, DEFLATE);
    const before = written();
    expect((await peer.request('echo', 'x'.repeat(50_000))).data).toHaveLength(50_000);
    expect(written() - before).toBeLessThan(2_000);
    const short = written();
    await peer.request('echo', 'x'.repeat(900));
    expect(written() - short).toBeGreaterThan(900);
  });

  it('starts at thresholdBytes', async () => {
    let written = (): number => 0;
    const { url } = await start({
      providers: [EchoGateway],
      options: { compression: { thresholdBytes: 100 } },
      configure: (app) => {
        written = bytesWritten(app.getHttpServer() as Server);
      },
    });
    const peer = await WsPeer.connect(url, DEFLATE);
    const before = written();
    await peer.request('echo', 'x'.repeat(900));
    expect(written() - before).toBeLessThan(300);
  });

  it('keeps the order of messages of all sizes, broadcasts and answers together', async () => {
    const started = await start({ ...ON, options: { compression: true, rateLimit: false } });
    const { peer, socket } = await connectBoth(started, DEFLATE);
    const all = started.app.get(BroadcastService).toAll();
    for (let n = 0; n < 100; n++) {
      socket.emit('n', { n: 2 * n, fill: 'x'.repeat((n % 3) * 2_000) });
      all.emit('n', { n: 2 * n + 1, fill: 'y'.repeat(((n + 1) % 3) * 2_000) });
    }
    for (let n = 0; n < 200; n++) expect((await peer.next('n')).data).toMatchObject({ n });
  });

  it('sends what waits before a close frame', async () => {
    const { peer, socket } = await connectBoth(await start(ON), DEFLATE);
    socket.emit('last words', 'x'.repeat(30_000));
    socket.close(4000, 'bye');
    expect((await peer.next()).data).toHaveLength(30_000);
    expect(await peer.closed).toEqual({ code: 4000, reason: 'bye' });
  });

  it('counts the inflated size of a message: a bomb closes with 1009', async () => {
    const { url } = await start(ON);
    const peer = await WsPeer.connect(url, DEFLATE);
    // A few hundred bytes on the wire.
    peer.send('echo', 'x'.repeat(200_000));
    expect((await peer.closed).code).toBe(1009);
    const large = await WsPeer.connect(url, DEFLATE);
    expect((await large.request('echo', 'x'.repeat(60_000))).data).toHaveLength(60_000);
  });

  it('refuses an offer that nobody can mean', async () => {
    const { url } = await start(ON);
    const headers = { 'Sec-WebSocket-Extensions': 'permessage-deflate; server_max_window_bits=99' };
    const refused: unknown = await WsPeer.connect(url, { perMessageDeflate: false, headers }).catch(
      (error: unknown) => error,
    );
    expect(refused).toBeInstanceOf(UpgradeRefused);
    expect(refused).toMatchObject({ status: 400 });
  });

  it('ends a client that does not read, here too', async () => {
    const started = await start({ options: { compression: true, maxQueuedBytes: 100_000 } });
    const { peer, socket } = await connectBoth(started, DEFLATE);
    peer.socket.pause();
    const noise = Array.from({ length: 20_000 }, () => Math.random().toString(36)).join('');
    const closed = once(socket.raw, 'close');
    const flood = setInterval(() => socket.emit('noise', noise), 5);
    await closed;
    clearInterval(flood);
    peer.socket.terminate();
  });
});
