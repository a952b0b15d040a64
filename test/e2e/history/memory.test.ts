import { MemoryBus, memoryEngine } from 'bounce-ws';
import { expectNothingLeft } from '../../support/leftovers.js';
import { startInProcess } from '../cluster/support/in-process.js';
import { describeHistory, SIZE } from './support/history.suite.js';

expectNothingLeft();

describeHistory('one bus in memory', async () => {
  const bus = new MemoryBus();
  const options = { history: { size: SIZE } };
  return { startNode: () => startInProcess(memoryEngine({ bus }), options) };
});
