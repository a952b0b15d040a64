import { rateMetrics } from '../harness/metrics.js';
import type { SaySettings } from '../load/load-calls.interface.js';
import { cpuPanel, MEMORY_PANEL, type Sweep } from './sweep.interface.js';

const CONNECTIONS = 1_000;
const MEMBERS = 20;
const SENDERS = 100;
/** More than anybody manages: the members set the pace. */
const MESSAGES_PER_SECOND = 100_000;

/** The same people in more and more rooms, and the same talk spread over all of them. */
export const ROOMS_SWEEP: Sweep = {
  name: 'rooms',
  title: `rooms of ${MEMBERS} among 1 000 connections, as much as they take; memory before they talk`,
  axis: 'rooms',
  values: [50, 500, 2_000, 5_000],
  contestants: ['bounce-ws', 'ws', 'nest-ws'],
  panels: [cpuPanel('delivery'), MEMORY_PANEL],
  run: async (stage, rooms) => {
    const settings: SaySettings = {
      rooms,
      roomsPerConnection: (rooms * MEMBERS) / CONNECTIONS,
      senders: SENDERS,
      messagesPerSecond: MESSAGES_PER_SECOND,
    };
    const server = stage.startServer('rooms', { nodeFlags: ['--expose-gc'] });
    const target = await stage.targetOf(server);
    const load = stage.startLoad();
    await load.call('connect', { ...target, connections: CONNECTIONS });
    await load.call('joinRooms', settings);
    const rssBytes = await server.call('settledRss');
    await load.call('startSaying', settings);
    const { counted, report } = await stage.measure(server, () =>
      load.call('count', stage.pace.windowMs),
    );
    return { ...rateMetrics(counted.messages / counted.seconds, report), rssBytes };
  },
};
