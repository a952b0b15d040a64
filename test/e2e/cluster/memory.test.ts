import { MemoryBus, memoryEngine } from 'bounce-ws';
import { expectNothingLeft } from '../../support/leftovers.js';
import { describeCluster } from './support/cluster.suite.js';
import { startInProcess } from './support/in-process.js';

expectNothingLeft();

describeCluster('one bus in memory', async () => {
  const bus = new MemoryBus();
  return { startNode: () => startInProcess(memoryEngine({ bus })) };
});
