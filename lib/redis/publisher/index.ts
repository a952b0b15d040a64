export {
  PublisherTarget,
  type PublishExceptions,
  type PublishOptions,
} from './publisher-target.js';
export { RedisPublisher } from './redis.publisher.js';
