import type { Server } from 'node:http';
import { WebSocketGateway } from '@nestjs/websockets';
import { type BounceSocket, BroadcastService, OnEvent } from 'bounce-ws';
import { beforeEach, describe, expect, it } from 'vitest';
import { FramePeer } from '../../support/frame-peer.js';
import { MadeResources } from '../../support/made-resources.js';
import type { StartedApp } from '../../support/start-app.js';
import { TcpWrites } from '../../support/tcp-writes.js';
import { useApps } from '../../support/use-apps.js';

const PATHS = ['/ws', '/msgpack', '/wszero'] as const;
const MEMBERS_PER_PATH = 4;
const MESSAGES = 10;

const start = useApps();

/** Counts how often a payload is encoded: every codec asks it for its JSON form. */
class CountedPayload {
  encodings = 0;

  toJSON(): object {
    this.encodings++;
    return { text: 'hello' };
  }
}

@WebSocketGateway()
class RoomGateway {
  @OnEvent('connect')
  async greet(client: BounceSocket): Promise<void> {
    await client.join('tea');
    client.emit('hello');
  }
}

describe('A broadcast to a room of three formats, in counts that no load changes', () => {
  let started: StartedApp;
  let writes: TcpWrites;
  let members: FramePeer[];

  beforeEach(async () => {
    started = await start({
      providers: [RoomGateway],
      options: {
        endpoints: [
          { path: '/ws' },
          { path: '/msgpack', codec: 'msgpack' },
          { path: '/wszero', codec: 'wszero' },
        ],
      },
      configure: (app) => {
        writes = new TcpWrites(app.getHttpServer() as Server);
      },
    });
    members = [];
    while (members.length < PATHS.length * MEMBERS_PER_PATH) {
      // In turn, so that neighbours in the room never share a format.
      const path = PATHS[members.length % PATHS.length]!;
      const member = await FramePeer.connect(started.url + path);
      await member.next();
      members.push(member);
    }
  });

  const broadcast = (payload: unknown): void => {
    started.app.get(BroadcastService).to('tea').emit('kettle', payload);
  };

  async function everybodyGets(messages: number): Promise<void> {
    for (const member of members) {
      for (let message = 0; message < messages; message++) await member.next();
    }
  }

  it('is encoded once a format', async () => {
    const payload = new CountedPayload();
    broadcast(payload);
    await everybodyGets(1);
    expect(payload.encodings).toBe(PATHS.length);
  });

  it('is put together once a format, ten messages of one turn as one buffer', async () => {
    const buffers = await writes.buffersDuring(async () => {
      for (let message = 0; message < MESSAGES; message++) broadcast({ message });
      await everybodyGets(MESSAGES);
    });
    expect(buffers).toBe(PATHS.length);
  });

  it('leaves in one write a member', async () => {
    const count = await writes.during(async () => {
      for (let message = 0; message < MESSAGES; message++) broadcast({ message });
      await everybodyGets(MESSAGES);
    });
    expect(count).toBe(members.length);
  });

  it('makes no promise and one immediate for all of them', async () => {
    const made = new MadeResources();
    made.start();
    broadcast({ on: true });
    made.stop();
    await everybodyGets(1);
    expect([made.of('PROMISE'), made.of('Immediate'), made.of('Timeout')]).toEqual([0, 1, 0]);
  });
});
