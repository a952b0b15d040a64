import { connect as dial } from 'node:net';
import { text } from 'node:stream/consumers';
import { WebSocketGateway } from '@nestjs/websockets';
import { BounceSocket, ConnectionRegistry, OnEvent, Payload } from 'bounce-ws';
import { firstValueFrom } from 'rxjs';
import { describe, expect, it } from 'vitest';
import { RawPeer } from '../../support/raw-peer.js';
import { expectNoUnhandledErrors } from '../../support/unhandled.js';
import { connectBoth, useApps } from '../../support/use-apps.js';
import { WsPeer } from '../../support/ws-peer.js';

const start = useApps();
expectNoUnhandledErrors();

@WebSocketGateway()
class NoteGateway {
  readonly notes: number[] = [];
  @OnEvent('note') note(_client: BounceSocket, n: number): number {
    this.notes.push(n);
    return n;
  }
  @OnEvent('echo') echo(@Payload() payload: unknown): unknown {
    return payload;
  }
}

const codes = (messages: readonly { event: string; data: unknown }[]): string[] =>
  messages.map(({ event, data }) => (event === 'error' ? (data as { code: string }).code : event));

describe('the rate limit', () => {
  it('answers what is above it with rate_limited and the id, and handles none of it', async () => {
    const { app, url } = await start({
      providers: [NoteGateway],
      options: { rateLimit: { perSecond: 1, burst: 5 } },
    });
    const peer = await WsPeer.connect(url);
    for (let n = 0; n < 8; n++) peer.send('note', { n }, { id: n });
    const answers = [];
    while (answers.length < 8) answers.push(await peer.next());
    expect(new Set(answers.map(({ id }) => id))).toEqual(new Set([0, 1, 2, 3, 4, 5, 6, 7]));
    expect(codes(answers).filter((code) => code === 'ack')).toHaveLength(5);
    const refused = answers.filter(({ event }) => event === 'error');
    expect(refused.map(({ id }) => id)).toEqual([5, 6, 7]);
    expect(refused[0]?.data).toEqual({
      code: 'rate_limited',
      message: 'Too many messages',
      event: 'note',
    });
    expect(app.get(NoteGateway).notes).toEqual([0, 1, 2, 3, 4]);
  });

  it('lets 200 at once pass by default, and refuses most of another 100', async () => {
    const { app, url } = await start({ providers: [NoteGateway] });
    const peer = await WsPeer.connect(url);
    const startedAt = performance.now();
    for (let n = 0; n < 300; n++) peer.send('note', { n });
    const answers = [];
    while (answers.length < 300) answers.push(await peer.next());
    const seconds = (performance.now() - startedAt) / 1_000;
    const { notes } = app.get(NoteGateway);
    expect(notes.length).toBeGreaterThanOrEqual(200);
    expect(notes.length).toBeLessThanOrEqual(201 + 100 * seconds);
    expect(notes.slice(0, 200)).toEqual(Array.from({ length: 200 }, (_, n) => n));
  });

  it('fills up again with time', async () => {
    const { url } = await start({
      providers: [NoteGateway],
      options: { rateLimit: { perSecond: 2, burst: 1 } },
    });
    const peer = await WsPeer.connect(url);
    const both = await Promise.all([
      peer.request('note', { n: 1 }),
      peer.request('note', { n: 2 }),
    ]);
    expect(both.map(({ event }) => event)).toEqual(['ack', 'error']);
    await expect
      .poll(async () => (await peer.request('note', { n: 3 })).event, {
        interval: 100,
        timeout: 3_000,
      })
      .toBe('ack');
  });

  it('is one for each connection', async () => {
    const { url } = await start({
      providers: [NoteGateway],
      options: { rateLimit: { perSecond: 1, burst: 1 } },
    });
    for (let n = 0; n < 3; n++) {
      const peer = await WsPeer.connect(url);
      expect((await peer.request('note', { n })).event).toBe('ack');
    }
  });

  it('can be switched off', async () => {
    const { app, url } = await start({ providers: [NoteGateway], options: { rateLimit: false } });
    const peer = await WsPeer.connect(url);
    for (let n = 0; n < 1_000; n++) peer.send('note', { n });
    await expect.poll(() => app.get(NoteGateway).notes.length).toBe(1_000);
    expect(codes(await peer.barrier())).not.toContain('error');
  });

  it('closes with 4429 whoever keeps exceeding it for five seconds, and not before', async () => {
    const { url } = await start({
      providers: [NoteGateway],
      options: { rateLimit: { perSecond: 1, burst: 1 } },
    });
    const peer = await WsPeer.connect(url);
    const startedAt = performance.now();
    const flood = setInterval(() => peer.send('note', { n: 1 }), 100);
    const closed = await peer.closed;
    clearInterval(flood);
    expect(closed.code).toBe(4429);
    expect(performance.now() - startedAt).toBeGreaterThan(4_900);
    expect(performance.now() - startedAt).toBeLessThan(7_000);
  });
});

describe('bad messages', () => {
  const BAD = ['{', '[]', '{"event":1}', '{"event":"note","timestamp":"now"}', '', 'null'];

  it('are answered, and the tenth closes the connection with 4400', async () => {
    const { url } = await start({ providers: [NoteGateway] });
    const peer = await WsPeer.connect(url);
    for (let n = 0; n < 9; n++) {
      peer.sendRaw(BAD[n % BAD.length]!);
      expect((await peer.next()).event).toBe('error');
    }
    expect((await peer.request('note', { n: 1 })).event).toBe('ack');
    peer.sendRaw('{');
    expect((await peer.closed).code).toBe(4400);
  });

  it('that are only refused are no bad messages, however many', async () => {
    const { url } = await start({ providers: [NoteGateway] });
    const peer = await WsPeer.connect(url);
    for (let n = 0; n < 15; n++) {
      expect((await peer.request('note', { n: 'x' })).data).toMatchObject({
        code: 'invalid_payload',
      });
      expect((await peer.request('nothing')).data).toMatchObject({ code: 'unknown_event' });
      expect((await peer.request('connect')).data).toMatchObject({ code: 'reserved_event' });
    }
  });

  it('do no harm to others', async () => {
    const started = await start({ providers: [NoteGateway] });
    const { peer: good } = await connectBoth(started);
    const bad = await WsPeer.connect(started.url);
    for (let n = 0; n < 20; n++) bad.sendRaw('{');
    expect((await bad.closed).code).toBe(4400);
    expect((await good.request('note', { n: 1 })).data).toBe(1);
  });
});

describe('the size of messages', () => {
  it('is limited by maxPayloadBytes: more closes with 1009', async () => {
    const { url } = await start({
      providers: [NoteGateway],
      options: { maxPayloadBytes: 1_000 },
    });
    const peer = await WsPeer.connect(url);
    expect((await peer.request('echo', 'x'.repeat(900))).data).toHaveLength(900);
    peer.send('echo', 'x'.repeat(1_000));
    expect((await peer.closed).code).toBe(1009);
  });
});

describe('a handshake', () => {
  it('of silence or of half a header is ended after handshakeTimeoutMs', async () => {
    const { port, url } = await start({ options: { handshakeTimeoutMs: 1_000 } });
    const answers = ['', 'GET / HTTP/1.1\r\nHost: x\r\nUpgr'].map((bytes) => {
      const socket = dial(port, '127.0.0.1');
      socket.write(bytes);
      return text(socket);
    });
    for (const answer of await Promise.all(answers)) expect(answer).toMatch(/^HTTP\/1\.1 408 /);
    await (await WsPeer.connect(url)).barrier();
  });

  it('of one byte now and then is ended too', async () => {
    const { port } = await start({ options: { handshakeTimeoutMs: 300 } });
    const socket = dial(port, '127.0.0.1');
    const drip = setInterval(() => socket.write('G'), 40);
    socket.on('error', () => clearInterval(drip));
    // Node may find out by itself that this is no HTTP; what counts is that it ends.
    await text(socket).catch(() => '');
    clearInterval(drip);
    expect(socket.destroyed || socket.readableEnded).toBe(true);
  });

  it('that was in time leaves the connection alone for good', async () => {
    const { app, url } = await start({ options: { handshakeTimeoutMs: 600 } });
    const peer = await WsPeer.connect(url);
    const closed = firstValueFrom(app.get(ConnectionRegistry).closed$).then(() => 'closed');
    const later = new Promise((resolve) => setTimeout(() => resolve('open'), 800));
    expect(await Promise.race([closed, later])).toBe('open');
    await peer.barrier();
  });

  it('takes nothing from a connection that dies in the middle of it', async () => {
    const { app, port, url } = await start();
    for (let n = 0; n < 20; n++) {
      const raw = await RawPeer.dial(port);
      raw.sendUpgrade();
      raw.socket.resetAndDestroy();
      await raw.closed;
    }
    await (await WsPeer.connect(url)).barrier();
    await expect.poll(() => app.get(ConnectionRegistry).size).toBe(1);
  });
});
