import { type PublisherTarget, RedisPublisher } from 'bounce-ws/redis';

const publisher = new RedisPublisher({ url: process.argv[2] ?? '', prefix: 'news' });
const everybody: PublisherTarget = publisher.toAll();
await everybody.emit('news', { text: 'from elsewhere' });
await publisher.close();
