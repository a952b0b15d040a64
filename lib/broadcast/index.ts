export {
  type BroadcastException,
  BroadcastTarget,
  type UserException,
} from './broadcast-target.js';
export { BroadcastService } from './broadcast.service.js';
export { FrameCache } from './frame-cache.js';
export type { SubscriberSource } from './subscriber-source.interface.js';
