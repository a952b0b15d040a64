import { RedisServer } from '../../test/support/redis-server.js';
import { Dialogue } from '../harness/dialogue.js';
import { keepGoing } from '../harness/flow.js';
import { rateMetrics } from '../harness/metrics.js';
import type { Stage } from '../harness/stage.js';
import { CLUSTER_ROOMS, NEWS } from '../payloads.js';
import type { BenchCase } from './bench-case.interface.js';

const CONNECTIONS = 1_000;
const MEMBERS = CONNECTIONS / CLUSTER_ROOMS;
const TICKS = { messages: 10 };
const PER_TICK = TICKS.messages * MEMBERS;

/** What is said on one node is heard on another. */
export const CLUSTER_CASE: BenchCase = {
  name: 'cluster-broadcast',
  title: `one node sends to ${CLUSTER_ROOMS} rooms of ${MEMBERS} on another through Redis, ten messages a tick, as fast as they take it`,
  contestants: ['bounce-ws', 'nest-socket.io'],
  figures: [{ kind: 'rate', name: 'cluster-broadcast', noun: 'deliveries', isPaced: true }],
  run: async (stage) => {
    const redis = await RedisServer.start();
    try {
      return await broadcastAcross(stage, redis.url);
    } finally {
      await stage.strike();
      await redis.stop();
    }
  },
};

async function broadcastAcross(stage: Stage, redisUrl: string): ReturnType<BenchCase['run']> {
  const sender = stage.startServer('cluster', { redisUrl });
  const receiver = stage.startServer('cluster', { redisUrl });
  await sender.call('port');
  const target = await stage.targetOf(receiver);

  const room = 'room-0';
  const dialogue = await Dialogue.open(target);
  dialogue.send({ event: 'join', data: { room } });
  await dialogue.expect('joined', { room });
  await sender.call('startTicks', { messages: 1 });
  await sender.call('allowTicks', 1);
  await dialogue.expect('news', NEWS);
  await sender.call('stopTicks');
  await dialogue.close();

  const load = stage.startLoad();
  await load.call('connect', { ...target, connections: CONNECTIONS });
  await load.call('joinRooms', { rooms: CLUSTER_ROOMS, roomsPerConnection: 1 });
  const before = await load.call('total');
  await sender.call('startTicks', TICKS);
  const measured = stage.measureTogether([sender, receiver], () =>
    load.call('count', stage.pace.windowMs),
  );
  const flow = { server: sender, load, before, perTick: PER_TICK };
  const { counted, report } = await keepGoing(flow, measured);
  const made = await sender.call('stopTicks');
  // Nothing that was sent may be missing.
  await load.call('waitForTotal', before + made * PER_TICK);
  return rateMetrics(counted.messages / counted.seconds, report);
}
