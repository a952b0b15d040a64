export { RoomRecovery, type RoomRecoveryOptions } from './room-recovery.js';
