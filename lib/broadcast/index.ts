export {
  type BroadcastException,
  BroadcastTarget,
  type UserException,
} from './broadcast-target.js';
export { BroadcastService } from './broadcast.service.js';
export type { SubscriberSource } from './subscriber-source.interface.js';
