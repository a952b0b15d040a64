import type { Child } from '../harness/child.js';
import { Dialogue } from '../harness/dialogue.js';
import { type Metrics, rateMetrics } from '../harness/metrics.js';
import type { Stage } from '../harness/stage.js';
import type { ConnectSettings } from '../load/load-calls.interface.js';
import { ECHO } from '../payloads.js';
import type { ServerCalls } from '../servers/support/server-calls.interface.js';
import { tokenOf } from '../servers/support/token.js';
import type { BenchCase } from './bench-case.interface.js';

const AT_THE_SAME_TIME = 16;
const MESSAGE = { event: 'echo', data: ECHO };

/** Clients that come and go, with a token that is checked before the upgrade. */
export const CONNECT_AUTH_CASE: BenchCase = {
  name: 'connect-auth',
  title: `the same with a JSON Web Token (HS256) that is checked before the upgrade`,
  contestants: ['bounce-ws', 'ws'],
  figures: [{ kind: 'rate', name: 'connect-auth', noun: 'connections', isPaced: false }],
  run: async (stage) => {
    const path = `/?token=${await tokenOf('alice')}`;
    const server = stage.startServer('auth');
    const target = await stage.targetOf(server);
    return churn(stage, server, { ...target, connections: AT_THE_SAME_TIME, path });
  },
};

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

    return churn(stage, server, { ...target, connections: AT_THE_SAME_TIME });
  },
};

async function churn(
  stage: Stage,
  server: Child<ServerCalls>,
  settings: ConnectSettings,
): Promise<Metrics> {
  const load = stage.startLoad();
  await load.call('startChurn', { ...settings, message: MESSAGE });
  const { counted, report } = await stage.measure(server, () =>
    load.call('count', stage.pace.windowMs),
  );
  return rateMetrics(counted.messages / counted.seconds, report);
}
