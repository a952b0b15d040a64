import { MemoryBus, memoryEngine } from 'bounce-ws';
import { beforeEach } from 'vitest';
import { describeEngine } from './support/engine.contract.js';

let bus: MemoryBus;
beforeEach(() => {
  bus = new MemoryBus();
});

describeEngine('in memory', () => memoryEngine({ bus }));
