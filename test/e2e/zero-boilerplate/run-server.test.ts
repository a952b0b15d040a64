import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type INestApplication, Logger } from '@nestjs/common';
import { WebSocketGateway } from '@nestjs/websockets';
import { BounceSocket, EmitEvery, OnEvent, RoomService, runServer } from 'bounce-ws';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { WsPeer } from '../../support/ws-peer.js';

@WebSocketGateway()
class ChatGateway {
  constructor(private readonly rooms: RoomService) {}
  @OnEvent('join') async join(client: BounceSocket, room: string): Promise<number> {
    await this.rooms.join(client, room);
    return this.rooms.count(room);
  }
  @EmitEvery('tick', { intervalMs: 10 }) tick(): string {
    return 'tack';
  }
}

@WebSocketGateway()
class EchoGateway {
  @OnEvent('echo') echo(_client: BounceSocket, text: string): string {
    return text;
  }
}

describe('runServer()', () => {
  let app: INestApplication | undefined;
  let publicDir: string;

  beforeAll(async () => {
    Logger.overrideLogger(false);
    publicDir = await mkdtemp(join(tmpdir(), 'bounce-ws-public-'));
    await writeFile(join(publicDir, 'index.html'), '<title>Chat</title>');
    await writeFile(join(publicDir, 'app.js'), 'void 0;');
  });
  afterEach(async () => {
    await app?.close();
    app = undefined;
  });
  afterAll(async () => rm(publicDir, { recursive: true }));

  const portOf = (started: INestApplication): number =>
    (started.getHttpServer().address() as AddressInfo).port;

  it('serves a gateway, its dependencies injected and its senders running', async () => {
    app = await runServer(ChatGateway, { port: 0, host: '127.0.0.1' });
    const peer = await WsPeer.connect(`ws://127.0.0.1:${portOf(app)}`);
    expect((await peer.request('join', { room: 'tea' })).data).toBe(1);
    await peer.request('subscribe', { events: ['tick'] });
    expect((await peer.next('tick')).data).toBe('tack');
  });

  it('serves several gateways', async () => {
    app = await runServer([ChatGateway, EchoGateway], { port: 0, host: '127.0.0.1' });
    const peer = await WsPeer.connect(`ws://127.0.0.1:${portOf(app)}`);
    expect((await peer.request('join', { room: 'tea' })).data).toBe(1);
    expect((await peer.request('echo', { text: 'hi' })).data).toBe('hi');
  });

  it('listens on all addresses of the machine when it is given none', async () => {
    app = await runServer(EchoGateway, { port: 0 });
    expect(['::', '0.0.0.0']).toContain((app.getHttpServer().address() as AddressInfo).address);
    const peer = await WsPeer.connect(`ws://127.0.0.1:${portOf(app)}`);
    expect((await peer.request('echo', { text: 'hi' })).data).toBe('hi');
  });

  it('takes the options of the module beside its own', async () => {
    app = await runServer(EchoGateway, {
      port: 0,
      host: '127.0.0.1',
      endpoints: [{ path: '/ws' }],
      timestamps: 'offset',
    });
    const peer = await WsPeer.connect(`ws://127.0.0.1:${portOf(app)}/ws`);
    expect((await peer.request('echo', { text: 'hi' })).timestamp).toMatch(/Z$/);
  });

  it('serves the files of publicDir, index.html at "/", on the port of the WebSocket', async () => {
    app = await runServer(EchoGateway, { port: 0, host: '127.0.0.1', publicDir });
    const base = `http://127.0.0.1:${portOf(app)}`;
    const index = await fetch(`${base}/`);
    expect(index.headers.get('content-type')).toMatch(/^text\/html/);
    expect(await index.text()).toBe('<title>Chat</title>');
    const script = await fetch(`${base}/app.js`);
    expect(script.headers.get('content-type')).toMatch(/javascript/);
    expect((await fetch(`${base}/bounce-ws/client.js`)).status).toBe(200);
    expect((await fetch(`${base}/nothing.html`)).status).toBe(404);
    expect((await fetch(`${base}/..%2f..%2fetc%2fpasswd`)).status).toBeGreaterThanOrEqual(400);
    const peer = await WsPeer.connect(`ws://127.0.0.1:${portOf(app)}`);
    expect((await peer.request('echo', { text: 'hi' })).data).toBe('hi');
  });

  it('serves no files when it is given no folder', async () => {
    app = await runServer(EchoGateway, { port: 0, host: '127.0.0.1' });
    expect((await fetch(`http://127.0.0.1:${portOf(app)}/`)).status).toBe(404);
  });

  it('says 1012 to its clients when it is closed', async () => {
    app = await runServer(EchoGateway, { port: 0, host: '127.0.0.1' });
    const peer = await WsPeer.connect(`ws://127.0.0.1:${portOf(app)}`);
    await app.close();
    expect((await peer.closed).code).toBe(1012);
  });

  it('rejects with the option named when one is out of range', async () => {
    const failing = runServer(EchoGateway, { port: 0, maxPayloadBytes: -1 });
    await expect(failing).rejects.toThrow(/maxPayloadBytes/);
  });
});
