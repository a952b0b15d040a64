import { setTimeout as wait } from 'node:timers/promises';
import type { BenchCase } from './bench-case.interface.js';

const SETTLE_MS = 500;

/**
 * Memory of connections that do nothing. It is read with some of them and with many more, and the difference divided:
 * what a process needs once does not count.
 */
function memoryCase(handlers: number): BenchCase {
  const name = `memory-${handlers}`;
  return {
    name,
    title: `resident memory of an idle connection, ${handlers} ${handlers === 1 ? 'handler' : 'handlers'}`,
    contestants: ['bounce-ws', 'ws', 'nest-ws', 'nest-socket.io'],
    figures: [{ kind: 'plain', name, unit: 'bytes', metric: 'bytesPerConnection', goal: 'less' }],
    run: async (stage) => {
      const { firstConnections, moreConnections } = stage.pace;
      const server = stage.startServer('echo', { handlers, nodeFlags: ['--expose-gc'] });
      const target = await stage.targetOf(server);
      const load = stage.startLoad();
      const rssWith = async (connections: number): Promise<number> => {
        await load.call('connect', { ...target, connections });
        await wait(SETTLE_MS);
        return server.call('settledRss');
      };
      const before = await rssWith(firstConnections);
      const after = await rssWith(moreConnections);
      return { bytesPerConnection: (after - before) / moreConnections, rssBytes: after };
    },
  };
}

/** What connections cost that do nothing. */
export const MEMORY_CASES: readonly BenchCase[] = [memoryCase(1), memoryCase(100)];
