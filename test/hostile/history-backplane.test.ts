import { RoomService } from 'bounce-ws';
import { redisEngine } from 'bounce-ws/redis';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { RoomGateway } from '../conformance/reference/room.gateway.js';
import { FramePeer } from '../support/frame-peer.js';
import { expectNothingLeft } from '../support/leftovers.js';
import { RedisServer } from '../support/redis-server.js';
import { sendToRedis } from '../support/resp.js';
import { startApp, type StartedApp } from '../support/start-app.js';
import { expectNoUnhandledErrors } from '../support/unhandled.js';
import { type PeerMessage, WsPeer } from '../support/ws-peer.js';
import { HistoryGateway } from './support/history.gateway.js';

const EARLY = 2_000;

expectNothingLeft();
expectNoUnhandledErrors();

describe('messages with numbers that no node sent, on nodes with a Redis between them', () => {
  let redis: RedisServer;
  let nodes: StartedApp[];
  /** A node that says nothing itself: in its name somebody else does. */
  let silent: string;
  let seq = 0;

  beforeAll(async () => {
    redis = await RedisServer.start();
    nodes = [];
    for (let count = 0; count < 3; count++) {
      const engine = redisEngine({ url: redis.url });
      silent = engine.nodeId;
      const options = {
        engine,
        history: true,
        endpoints: [{ path: '/ws' }, { path: '/wszero', codec: 'wszero' as const }],
      };
      nodes.push(await startApp({ providers: [RoomGateway, HistoryGateway], options }));
    }
  });

  afterAll(async () => {
    await Promise.all(nodes.map(({ app }) => app.close()));
    await redis.stop();
  });

  const forge = (
    epoch: unknown,
    offset: unknown,
    envelope: string,
    room = 'tea',
  ): Promise<string> => {
    const header = {
      v: 1,
      node: silent,
      seq: ++seq,
      prev: 0,
      to: { kind: 'room', names: [room] },
      do: { type: 'numbered', epoch, offset },
    };
    return sendToRedis(
      redis.port,
      'PUBLISH',
      `bounce:room:${room}`,
      `${JSON.stringify(header)}\n${envelope}`,
    );
  };

  const FALSE = JSON.stringify({ event: 'false', data: {}, timestamp: '' });

  it('are dropped, or go out without a number; what was really said comes whole and in order', async () => {
    const peer = await WsPeer.connect(`${nodes[0]!.url}/ws`);
    const speaker = await WsPeer.connect(`${nodes[1]!.url}/ws`);
    await peer.request('join', { room: 'tea' });
    const { epoch } = (await peer.next('recovery')).data as { epoch: string };
    for (const wrong of [1, null, '', {}, 'x'.repeat(65)]) await forge(wrong, 1, FALSE);
    for (const offset of [0, -1, 1.5, 1e308, 2 ** 53, '1', null]) await forge(epoch, offset, FALSE);
    // Well-formed, and far from the truth.
    await forge('another', 1, FALSE);
    await forge(epoch, Number.MAX_SAFE_INTEGER, FALSE);
    for (let n = 0; n < EARLY; n++) await forge(epoch, 1_000 + n, FALSE);
    await speaker.request('repeat', { rooms: ['tea'], text: 'true', times: 10 });
    const heard: PeerMessage[] = [];
    while (heard.length < 10) heard.push(await peer.next('repeated'));
    expect(heard).toMatchObject(Array.from({ length: 10 }, (_value, n) => ({ offset: n + 1 })));
    const rest = await peer.barrier();
    expect(rest.filter((message) => 'offset' in message || message.event !== 'false')).toEqual([]);
    peer.socket.terminate();
    speaker.socket.terminate();
  });

  it('end nobody, also when they are no JSON and have to be read', async () => {
    const peer = await FramePeer.connect(`${nodes[0]!.url}/wszero`);
    const speaker = await WsPeer.connect(`${nodes[1]!.url}/ws`);
    peer.send({ op: 'join', room: 'milk' });
    await expect.poll(() => nodes[0]!.app.get(RoomService).count('milk')).toBe(1);
    await speaker.request('join', { room: 'milk' });
    const { epoch } = (await speaker.next('recovery')).data as { epoch: string };
    await speaker.close();
    await forge(epoch, 1, 'no JSON', 'milk');
    await forge('another', 1, 'no JSON', 'milk');
    await forge(epoch, 7, '', 'milk');
    const honest = await WsPeer.connect(`${nodes[1]!.url}/ws`);
    const isTrue = (frame: unknown): boolean => JSON.stringify(frame).includes('true');
    // The first takes the number that somebody stole; by the second one everybody knows.
    const heard = peer.next(isTrue);
    await honest.request('repeat', { rooms: ['milk'], text: 'true', times: 2 });
    await heard;
    // Nest has one logger for all of them.
    const logged = (): string => nodes.map(({ log }) => log.errors.join()).join();
    await expect.poll(logged).toContain('could not be sent');
    peer.socket.terminate();
    honest.socket.terminate();
  });
});
