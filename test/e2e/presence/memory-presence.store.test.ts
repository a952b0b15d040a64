import { MemoryPresenceStore } from 'bounce-ws';
import { describePresenceStore } from './support/presence-store.contract.js';

describePresenceStore('MemoryPresenceStore', async () => {
  const store = new MemoryPresenceStore();
  return { open: async () => store };
});
