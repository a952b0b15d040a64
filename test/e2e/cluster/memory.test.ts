import { MemoryBus, memoryEngine } from 'bounce-ws';
import { describeCluster } from './cluster.suite.js';

describeCluster('one bus in memory', async () => {
  const bus = new MemoryBus();
  return { engine: () => memoryEngine({ bus }) };
});
