import { median } from '../harness/median.js';
import type { Stage } from '../harness/stage.js';
import { Connection } from '../load/connection.js';
import { clientFrame } from '../load/frames.js';
import { WIRES } from '../load/wire.js';
import { ECHO } from '../payloads.js';
import type { BenchCase } from './bench-case.interface.js';

async function startOnce(stage: Stage): Promise<number> {
  const startMs = performance.now();
  const server = stage.startServer('echo');
  const { port, protocol } = await stage.targetOf(server);
  const wire = WIRES[protocol];
  const connection = await Connection.open(wire, port);
  await connection.exchange(clientFrame(wire.encode({ event: 'echo', data: ECHO })));
  const elapsedMs = performance.now() - startMs;
  connection.end();
  await stage.dismiss(server);
  return elapsedMs;
}

/** From nothing to an answer. */
export const COLD_START_CASE: BenchCase = {
  name: 'cold-start',
  title: 'from the start of the process to the first message answered',
  contestants: ['bounce-ws', 'ws', 'nest-ws', 'nest-socket.io'],
  figures: [{ kind: 'plain', name: 'cold-start', unit: 'ms', metric: 'startMs', goal: 'less' }],
  run: async (stage) => {
    const times: number[] = [];
    for (let index = 0; index < stage.pace.coldStarts; index++) times.push(await startOnce(stage));
    return { startMs: median(times) };
  },
};
