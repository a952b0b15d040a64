import { Dialogue } from '../harness/dialogue.js';
import { rateMetrics } from '../harness/metrics.js';
import type { SaySettings } from '../load/load-calls.interface.js';
import { SAID } from '../payloads.js';
import type { BenchCase } from './bench-case.interface.js';

const CONNECTIONS = 1_000;

/** Each connection is in ten rooms, so each room has 20 members, and two of them send. */
const SETTINGS: SaySettings = {
  rooms: 500,
  roomsPerConnection: 10,
  senders: 100,
  messagesPerSecond: 2_000,
};

/** Many rooms in which people talk. */
export const ROOMS_CASE: BenchCase = {
  name: 'rooms-500',
  title: '500 rooms of 20, 10 % of the members sending, 2 000 messages a second altogether',
  contestants: ['bounce-ws', 'ws', 'nest-ws', 'nest-socket.io'],
  figures: [{ kind: 'rate', name: 'rooms-500', noun: 'deliveries', isPaced: true }],
  run: async (stage) => {
    const server = stage.startServer('rooms');
    const target = await stage.targetOf(server);

    const room = 'room-0';
    const dialogue = await Dialogue.open(target);
    dialogue.send({ event: 'join', data: { room } });
    await dialogue.expect('joined', { room });
    dialogue.send({ event: 'say', data: { room, text: SAID } });
    await dialogue.expect('said', { room, text: SAID });
    await dialogue.close();

    const load = stage.startLoad();
    await load.call('connect', { ...target, connections: CONNECTIONS });
    await load.call('joinRooms', SETTINGS);
    await load.call('startSaying', SETTINGS);
    const { counted, report } = await stage.measure(server, () =>
      load.call('count', stage.pace.windowMs),
    );
    return rateMetrics(counted.messages / counted.seconds, report);
  },
};
