import { setTimeout as wait } from 'node:timers/promises';
import { Dialogue } from '../harness/dialogue.js';
import { keepGoing } from '../harness/flow.js';
import { rateMetrics } from '../harness/metrics.js';
import { NEWS } from '../payloads.js';
import type { Contestant } from '../peers.js';
import type { TickSettings } from '../servers/support/server-calls.interface.js';
import type { BenchCase } from './bench-case.interface.js';

const MEMBERS = 1_000;
const EVERYBODY: readonly Contestant[] = [
  'bounce-ws',
  'ws',
  'ws-once',
  'nest-ws',
  'nest-socket.io',
  'net',
];
const ROOM = 'all';
const JOIN = { event: 'join', data: { room: ROOM } };

/** The server sends to a room of 1 000, as fast as its members take it or at a steady pace. */
function broadcastCase(
  name: string,
  title: string,
  ticks: TickSettings,
  contestants: readonly Contestant[] = EVERYBODY,
): BenchCase {
  const perTick = ticks.messages * MEMBERS;
  return {
    name,
    title,
    contestants,
    figures: [{ kind: 'rate', name, noun: 'deliveries', isPaced: true }],
    run: async (stage) => {
      const server = stage.startServer('rooms');
      const target = await stage.targetOf(server);

      const dialogue = await Dialogue.open(target);
      dialogue.send(JOIN);
      await dialogue.expect('joined', { room: ROOM });
      await server.call('startTicks', ticks);
      await server.call('allowTicks', 1);
      await dialogue.expect('news', NEWS);
      await server.call('stopTicks');
      await dialogue.close();

      const load = stage.startLoad();
      await load.call('connect', { ...target, connections: MEMBERS });
      await load.call('exchangeAll', [JOIN]);
      const before = await load.call('total');
      await server.call('startTicks', ticks);
      const measured = stage.measure(server, () => wait(stage.pace.windowMs));
      const { report } = await keepGoing({ server, load, before, perTick }, measured);
      const made = await server.call('stopTicks');
      // Nothing that was counted as sent may be missing.
      await load.call('waitForTotal', before + made * perTick);
      return rateMetrics((report.ticks * perTick) / report.seconds, report);
    },
  };
}

/** One message to many. */
export const BROADCAST_CASES: readonly BenchCase[] = [
  broadcastCase(
    'broadcast-1',
    'broadcast to a room of 1 000, one message a tick, as fast as they take it',
    { messages: 1 },
  ),
  broadcastCase(
    'broadcast-10',
    'broadcast to a room of 1 000, ten messages a tick, as fast as they take it',
    { messages: 10 },
  ),
  broadcastCase(
    'broadcast-1-steady',
    'broadcast to a room of 1 000, one message a tick, 40 ticks a second',
    { messages: 1, intervalMs: 25 },
    ['bounce-ws', 'ws', 'net'],
  ),
];
