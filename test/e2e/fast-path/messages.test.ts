import type { Server } from 'node:http';
import type { Socket } from 'node:net';
import { WebSocketGateway } from '@nestjs/websockets';
import { BroadcastService, type BounceSocket, OnEvent, RoomService } from 'bounce-ws';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { MadeResources } from '../../support/made-resources.js';
import { startApp, type StartedApp } from '../../support/start-app.js';
import { TcpWrites } from '../../support/tcp-writes.js';
import { WsPeer } from '../../support/ws-peer.js';

const MEMBERS = 5;

/** Counts how often a payload is turned into JSON. */
class CountedPayload {
  encodings = 0;

  toJSON(): object {
    this.encodings++;
    return { text: 'hello' };
  }
}

const made = new MadeResources();

@WebSocketGateway()
class FastGateway {
  constructor(
    private readonly rooms: RoomService,
    private readonly broadcast: BroadcastService,
  ) {}

  @OnEvent('join')
  join(client: BounceSocket, room: string) {
    return this.rooms.join(client, room);
  }

  @OnEvent('announce')
  announce(_client: BounceSocket, room: string, times = 1) {
    const payload = new CountedPayload();
    for (let time = 0; time < times; time++) this.broadcast.to(room).emit('announce', payload);
    return payload.encodings;
  }

  @OnEvent('first')
  first(_client: BounceSocket, text: string) {
    made.start();
    return text;
  }

  @OnEvent('second')
  second() {
    return made.stop().of('PROMISE');
  }
}

/** Sends messages so that they arrive in one TCP segment. */
function sendTogether(peer: WsPeer, ...events: readonly string[]): void {
  const { _socket: stream } = peer.socket as unknown as { readonly _socket: Socket };
  stream.cork();
  for (const [index, event] of events.entries()) peer.send(event, { text: 'a' }, { id: index + 1 });
  stream.uncork();
}

describe('The fast path, in counts that no load changes', () => {
  let started: StartedApp;
  let writes: TcpWrites;

  beforeEach(async () => {
    started = await startApp({
      providers: [FastGateway],
      configure: (app) => {
        writes = new TcpWrites(app.getHttpServer() as Server);
      },
    });
  });

  afterEach(() => started.app.close());

  async function room(): Promise<[WsPeer, ...WsPeer[]]> {
    const members: WsPeer[] = [];
    while (members.length < MEMBERS) {
      const member = await WsPeer.connect(started.url);
      await member.request('join', { room: 'tea' });
      members.push(member);
    }
    return members as [WsPeer, ...WsPeer[]];
  }

  it('encodes a broadcast once, however many members the room has', async () => {
    const [sender] = await room();
    expect(await sender.request('announce', { room: 'tea' })).toMatchObject({ data: 1 });
  });

  it('writes ten messages of one turn to a member in one write', async () => {
    const [sender, ...others] = await room();
    const count = await writes.during(async () => {
      // The sender's own ten and the ack are one write too.
      await sender.request('announce', { room: 'tea', times: 10 });
      for (const member of others) expect(await member.barrier()).toHaveLength(10);
    });
    const barriers = others.length;
    expect(count).toBe(MEMBERS + barriers);
  });

  it('answers messages that arrive together in one write', async () => {
    const peer = await WsPeer.connect(started.url);
    const count = await writes.during(async () => {
      sendTogether(peer, ...Array<string>(8).fill('first'));
      for (let id = 1; id <= 8; id++) expect(await peer.next()).toMatchObject({ id });
    });
    expect(count).toBe(1);
  });

  it('makes no promise between two messages to synchronous handlers', async () => {
    const peer = await WsPeer.connect(started.url);
    sendTogether(peer, 'first', 'second');
    expect(await peer.next()).toMatchObject({ id: 1 });
    expect(await peer.next()).toMatchObject({ id: 2, data: 0 });
  });
});
