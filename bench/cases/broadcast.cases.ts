import { setTimeout as wait } from 'node:timers/promises';
import { Dialogue } from '../harness/dialogue.js';
import { rateMetrics } from '../harness/metrics.js';
import { NEWS } from '../payloads.js';
import type { TickSettings } from '../servers/support/server-calls.interface.js';
import type { BenchCase } from './bench-case.interface.js';

const MEMBERS = 1_000;
const ROOM = 'all';
const JOIN = { event: 'join', data: { room: ROOM } };

/** The server sends to a room of 1 000 at a steady pace, slow enough for everybody. */
function broadcastCase(name: string, title: string, ticks: TickSettings): BenchCase {
  return {
    name,
    title,
    contestants: ['bounce-ws', 'ws', 'ws-once', 'nest-ws', 'nest-socket.io', 'net'],
    figures: [{ kind: 'rate', name, noun: 'deliveries', isPaced: true }],
    run: async (stage) => {
      const server = stage.startServer('rooms');
      const target = await stage.targetOf(server);

      const dialogue = await Dialogue.open(target);
      dialogue.send(JOIN);
      await dialogue.expect('joined', { room: ROOM });
      await server.call('startTicks', ticks);
      await dialogue.expect('news', NEWS);
      await server.call('stopTicks');
      await dialogue.close();

      const load = stage.startLoad();
      await load.call('connect', { ...target, connections: MEMBERS });
      await load.call('exchangeAll', [JOIN]);
      const before = await load.call('total');
      await server.call('startTicks', ticks);
      const { report } = await stage.measure(server, () => wait(stage.pace.windowMs));
      const made = await server.call('stopTicks');
      // Nothing that was counted as sent may be missing.
      await load.call('waitForTotal', before + made * ticks.messages * MEMBERS);
      return rateMetrics((report.ticks * ticks.messages * MEMBERS) / report.seconds, report);
    },
  };
}

/** One message to many. */
export const BROADCAST_CASES: readonly BenchCase[] = [
  broadcastCase(
    'broadcast-1',
    'broadcast to a room of 1 000, one message a tick, 40 ticks a second',
    {
      messages: 1,
      intervalMs: 25,
    },
  ),
  broadcastCase(
    'broadcast-10',
    'broadcast to a room of 1 000, ten messages a tick, 5 ticks a second',
    {
      messages: 10,
      intervalMs: 200,
    },
  ),
];
