import type { Provider } from '@nestjs/common';
import { RoomAnnouncer } from './room.announcer.js';
import { RoomService } from './room.service.js';

/** Who is in which room, here and on other nodes. */
export const ROOMS_PROVIDERS: Provider[] = [RoomService, RoomAnnouncer];
