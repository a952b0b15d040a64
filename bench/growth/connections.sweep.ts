import { rateMetrics } from '../harness/metrics.js';
import { ECHO } from '../payloads.js';
import { cpuPanel, MEMORY_PANEL, type Sweep } from './sweep.interface.js';

const IN_FLIGHT = 8;
const MESSAGES = [{ event: 'echo', data: ECHO }];

/** More and more clients that talk. */
export const CONNECTIONS_SWEEP: Sweep = {
  name: 'connections',
  title: `echo, ${IN_FLIGHT} messages in flight on every connection; memory before they talk`,
  axis: 'connections',
  values: [50, 500, 2_000, 8_000],
  contestants: ['bounce-ws', 'ws', 'nest-ws'],
  panels: [cpuPanel('message'), MEMORY_PANEL],
  run: async (stage, connections) => {
    const server = stage.startServer('echo', { nodeFlags: ['--expose-gc'] });
    const target = await stage.targetOf(server);
    const load = stage.startLoad();
    await load.call('connect', { ...target, connections });
    await load.call('exchangeAll', MESSAGES);
    const rssBytes = await server.call('settledRss');
    await load.call('startEcho', { messages: MESSAGES, inFlight: IN_FLIGHT });
    const { counted, report } = await stage.measure(server, () =>
      load.call('count', stage.pace.windowMs),
    );
    return { ...rateMetrics(counted.messages / counted.seconds, report), rssBytes };
  },
};
