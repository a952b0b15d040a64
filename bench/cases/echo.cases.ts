import { Dialogue } from '../harness/dialogue.js';
import { rateMetrics } from '../harness/metrics.js';
import { ECHO, GATEWAY_COUNT } from '../payloads.js';
import type { Contestant } from '../peers.js';
import type { BenchCase } from './bench-case.interface.js';

const CONNECTIONS = 50;
const IN_FLIGHT = 8;
const EVERYBODY: readonly Contestant[] = ['bounce-ws', 'ws', 'nest-ws', 'nest-socket.io'];
const NEST: readonly Contestant[] = ['bounce-ws', 'nest-ws', 'nest-socket.io'];

interface EchoPlan {
  readonly name: string;
  readonly title: string;
  readonly inFlight: number;
  readonly program?: string;
  readonly contestants?: readonly Contestant[];
  readonly events?: readonly string[];
}

/** Every connection sends a message, gets it back and sends the next one. */
function echoCase(plan: EchoPlan): BenchCase {
  const { name, title, inFlight, program = 'echo', events = ['echo'] } = plan;
  const messages = events.map((event) => ({ event, data: ECHO }));
  return {
    name,
    title,
    contestants: plan.contestants ?? EVERYBODY,
    figures: [{ kind: 'rate', name, noun: 'messages', isPaced: false }],
    run: async (stage) => {
      const server = stage.startServer(program);
      const target = await stage.targetOf(server);

      const dialogue = await Dialogue.open(target);
      for (const message of messages) {
        dialogue.send(message);
        await dialogue.expect(message.event, ECHO);
      }
      await dialogue.close();

      const load = stage.startLoad();
      await load.call('connect', { ...target, connections: CONNECTIONS });
      await load.call('startEcho', { messages, inFlight });
      const { counted, report } = await stage.measure(server, () =>
        load.call('count', stage.pace.windowMs),
      );
      return rateMetrics(counted.messages / counted.seconds, report);
    },
  };
}

/** Messages that are answered. */
export const ECHO_CASES: readonly BenchCase[] = [
  ...[1, IN_FLIGHT, 32].map((inFlight) =>
    echoCase({
      name: `echo-${inFlight}`,
      title: `echo, ${CONNECTIONS} connections, ${inFlight} in flight on each`,
      inFlight,
      // With more in flight plain sockets would read and write several at once, as nobody who looks into them can.
      contestants: inFlight === 1 ? [...EVERYBODY, 'net'] : EVERYBODY,
    }),
  ),
  echoCase({
    name: 'echo-8-enhanced',
    title: 'the same with 8 in flight, a guard, a validated DTO and an interceptor',
    inFlight: IN_FLIGHT,
    program: 'enhanced',
    contestants: NEST,
  }),
  echoCase({
    name: 'gateways-5',
    title: 'the same with 8 in flight, spread over five gateways on one path',
    inFlight: IN_FLIGHT,
    program: 'gateways',
    events: Array.from({ length: GATEWAY_COUNT }, (_, index) => `echo${index + 1}`),
  }),
];
