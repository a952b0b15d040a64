import { setTimeout as wait } from 'node:timers/promises';
import { keepGoing } from '../harness/flow.js';
import { rateMetrics } from '../harness/metrics.js';
import { cpuPanel, type Panel, type Sweep } from './sweep.interface.js';

const JOIN = { event: 'join', data: { room: 'all' } };

/** How long the event loop does nothing else. */
const BROADCAST_PANEL: Panel = {
  title: 'CPU time a broadcast, ms',
  scale: 'linear',
  cost: ({ cpuMicros = 0 }, members) => (cpuMicros * members) / 1_000,
};

/** One room with more and more members. */
export const MEMBERS_SWEEP: Sweep = {
  name: 'members',
  title: 'broadcasts to one room, one message a tick, as fast as they take it',
  axis: 'members',
  values: [10, 100, 1_000, 5_000],
  contestants: ['bounce-ws', 'ws', 'nest-ws', 'net'],
  panels: [cpuPanel('delivery'), BROADCAST_PANEL],
  run: async (stage, members) => {
    const server = stage.startServer('rooms');
    const target = await stage.targetOf(server);
    const load = stage.startLoad();
    await load.call('connect', { ...target, connections: members });
    await load.call('exchangeAll', [JOIN]);
    const before = await load.call('total');
    await server.call('startTicks', { messages: 1 });
    const measured = stage.measure(server, () => wait(stage.pace.windowMs));
    const { report } = await keepGoing({ server, load, before, perTick: members }, measured);
    const made = await server.call('stopTicks');
    await load.call('waitForTotal', before + made * members);
    return rateMetrics((report.ticks * members) / report.seconds, report);
  },
};
