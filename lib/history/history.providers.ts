import type { Provider } from '@nestjs/common';
import { HistoryService } from './history.service.js';
import { RoomLogs } from './room-logs.js';

/** What keeps the messages of rooms. */
export const HISTORY_PROVIDERS: Provider[] = [RoomLogs, HistoryService];
