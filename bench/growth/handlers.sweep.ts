import { setTimeout as wait } from 'node:timers/promises';
import { rateMetrics } from '../harness/metrics.js';
import { ECHO } from '../payloads.js';
import { cpuPanel, type Panel, type Sweep } from './sweep.interface.js';

const TALKING = 50;
const IN_FLIGHT = 8;
const SETTLE_MS = 500;
const MESSAGES = [{ event: 'echo', data: ECHO }];

const BYTES_PER_KIB = 2 ** 10;

const CONNECTION_PANEL: Panel = {
  title: 'heap of an idle connection, KiB',
  scale: 'log',
  cost: ({ bytesPerConnection = 0 }) => bytesPerConnection / BYTES_PER_KIB,
};

/** A gateway with more and more handlers, of which one is used. */
export const HANDLERS_SWEEP: Sweep = {
  name: 'handlers',
  title: `echo on ${TALKING} connections with ${IN_FLIGHT} in flight, beside 1 500 that are idle`,
  axis: 'handlers',
  values: [1, 10, 100, 1_000],
  contestants: ['bounce-ws', 'ws', 'nest-ws'],
  panels: [cpuPanel('message'), CONNECTION_PANEL],
  run: async (stage, handlers) => {
    const { firstConnections, moreConnections } = stage.pace;
    const server = stage.startServer('echo', { handlers, nodeFlags: ['--expose-gc'] });
    const target = await stage.targetOf(server);
    const idle = stage.startLoad();
    const heapWith = async (connections: number): Promise<number> => {
      await idle.call('connect', { ...target, connections });
      await wait(SETTLE_MS);
      return server.call('settledHeap');
    };
    const before = await heapWith(firstConnections);
    const bytesPerConnection = ((await heapWith(moreConnections)) - before) / moreConnections;

    const load = stage.startLoad();
    await load.call('connect', { ...target, connections: TALKING });
    await load.call('startEcho', { messages: MESSAGES, inFlight: IN_FLIGHT });
    const { counted, report } = await stage.measure(server, () =>
      load.call('count', stage.pace.windowMs),
    );
    return { ...rateMetrics(counted.messages / counted.seconds, report), bytesPerConnection };
  },
};
