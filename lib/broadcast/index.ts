export type { BroadcastException, UserException } from './broadcast-exception.js';
export { BROADCAST_PROVIDERS } from './broadcast.providers.js';
export { BroadcastTarget } from './broadcast-target.js';
export { BroadcastService } from './broadcast.service.js';
export type { SubscriberSource } from './subscriber-source.interface.js';
