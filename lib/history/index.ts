export { EPOCH_KEPT_MS, newEpoch } from './epoch.js';
export { HelloRoute } from './hello.route.js';
export { HISTORY_PROVIDERS } from './history.providers.js';
export { type HistoryListOptions, type HistoryMessage, HistoryService } from './history.service.js';
export type {
  HistoryEntry,
  HistoryLimits,
  HistoryPosition,
  HistorySlice,
  HistoryStore,
  LoggedMessage,
} from './history-store.interface.js';
export {
  type HistoryOptions,
  type HistorySettings,
  resolveHistory,
  type ResolvedHistorySettings,
} from './history.options.js';
export { MemoryHistoryStore } from './memory-history.store.js';
export { RoomLogs } from './room-logs.js';
