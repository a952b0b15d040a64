export { LocalRoomManager } from './local-room.manager.js';
export type { RoomManager } from './room-manager.interface.js';
export { type RoomDeparture, RoomService } from './room.service.js';
export type { RoomsOptions } from './rooms.options.js';
export { ROOMS_PROVIDERS } from './rooms.providers.js';
