import { Dialogue } from '../harness/dialogue.js';
import { rateMetrics } from '../harness/metrics.js';
import { CLOCK_HZ, NEWS } from '../payloads.js';
import type { BenchCase } from './bench-case.interface.js';

const SUBSCRIBERS = 1_000;
const SUBSCRIBE = { event: 'subscribe', data: { events: ['clock'] }, id: 1 };

/** A timed sender; the peers use `setInterval`, as their documentation does. */
export const TIMED_CASE: BenchCase = {
  name: 'timed-60hz',
  title: `a ${CLOCK_HZ} Hz timed sender to 1 000 subscribers, seen by one of them`,
  contestants: ['bounce-ws', 'ws', 'nest-ws', 'nest-socket.io'],
  figures: [
    { kind: 'plain', name: 'timed-60hz', unit: 'ticks in 10 s', metric: 'ticks', goal: 600 },
    {
      kind: 'plain',
      name: 'timed-60hz-jitter',
      unit: 'ms, p99 tick jitter',
      metric: 'jitterP99Ms',
      goal: 'less',
    },
  ],
  run: async (stage) => {
    const server = stage.startServer('clock');
    const target = await stage.targetOf(server);

    const dialogue = await Dialogue.open(target);
    dialogue.send(SUBSCRIBE);
    await dialogue.expect('clock', NEWS);
    await dialogue.close();

    const load = stage.startLoad();
    await load.call('connect', { ...target, connections: SUBSCRIBERS });
    await load.call('exchangeAll', [SUBSCRIBE]);
    const { counted, report } = await stage.measure(server, () =>
      load.call('arrivals', stage.pace.clockSeconds, CLOCK_HZ),
    );
    const perSecond = (counted.ticks / stage.pace.clockSeconds) * SUBSCRIBERS;
    return { ...rateMetrics(perSecond, report), ...counted };
  },
};
