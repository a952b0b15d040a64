import { Dialogue } from '../harness/dialogue.js';
import { rateMetrics } from '../harness/metrics.js';
import { ECHO } from '../payloads.js';
import type { BenchCase } from './bench-case.interface.js';

const AT_THE_SAME_TIME = 16;
const MESSAGE = { event: 'echo', data: ECHO };

/** Clients that come and go. */
export const CONNECT_CASE: BenchCase = {
  name: 'connect',
  title: `connections: upgrade, one echo, close; ${AT_THE_SAME_TIME} at the same time`,
  contestants: ['bounce-ws', 'ws', 'nest-ws', 'nest-socket.io'],
  figures: [{ kind: 'rate', name: 'connect', noun: 'connections', isPaced: false }],
  run: async (stage) => {
    const server = stage.startServer('echo');
    const target = await stage.targetOf(server);

    const dialogue = await Dialogue.open(target);
    dialogue.send(MESSAGE);
    await dialogue.expect('echo', ECHO);
    await dialogue.close();

    const load = stage.startLoad();
    await load.call('startChurn', {
      ...target,
      connections: AT_THE_SAME_TIME,
      message: MESSAGE,
    });
    const { counted, report } = await stage.measure(server, () =>
      load.call('count', stage.pace.windowMs),
    );
    return rateMetrics(counted.messages / counted.seconds, report);
  },
};
