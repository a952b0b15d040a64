export { MemoryPresenceStore } from './memory-presence.store.js';
export { OnlineStatus } from './online-status.decorator.js';
export type { OnlineStatusOptions } from './online-status.options.js';
export type { PresenceChange } from './online-roster.js';
export { PresenceNode } from './presence.node.js';
export type {
  PresenceOptions,
  PresenceSettings,
  ResolvedPresenceSettings,
} from './presence.options.js';
export { PRESENCE_PROVIDERS } from './presence.providers.js';
export {
  type PresenceListOptions,
  type PresencePage,
  PresenceService,
  type RoomMember,
  type TrackOptions,
} from './presence.service.js';
export {
  type AnnouncedJoin,
  type AnnouncedLeave,
  ANYWHERE,
  type LeaseReceipt,
  type PresenceEvent,
  type PresenceJoin,
  type PresenceKey,
  type PresencePosition,
  type PresenceReceipt,
  type PresenceStore,
  type PresenceUpdate,
  type RoomSnapshot,
  type UserPage,
} from './presence-store.interface.js';
