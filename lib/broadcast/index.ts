export { type BroadcastException, BroadcastTarget } from './broadcast-target.js';
export { BroadcastService } from './broadcast.service.js';
export type { SubscriberSource } from './subscriber-source.interface.js';
