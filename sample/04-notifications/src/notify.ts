import { randomUUID } from 'node:crypto';
import { parseArgs } from 'node:util';
import { RedisPublisher } from 'bounce-ws/redis';
import type { Notification } from './notification.interface.js';

/**
 * A process of its own, without Nest and without a server: a cron job, a worker, another service.
 *
 *     npm run notify -- --to alice "The report is ready"
 *     npm run notify -- "We are back"
 */
const { values, positionals } = parseArgs({
  options: { to: { type: 'string' }, from: { type: 'string', default: 'Night shift' } },
  allowPositionals: true,
});
const text = positionals.join(' ');
if (text === '') {
  console.error('Usage: npm run notify -- [--to user] [--from name] text');
  process.exit(1);
}

const publisher = new RedisPublisher({
  // Where start.ts has its own, unless it is told otherwise.
  url: process.env['REDIS_URL'] ?? 'redis://127.0.0.1:6390',
  prefix: 'notifications',
});
const notification: Notification = {
  id: randomUUID(),
  text,
  from: values.from,
  toAll: values.to === undefined,
  at: new Date().toISOString(),
};
const target = values.to === undefined ? publisher.toAll() : publisher.toUser(values.to);
await target.emit('notification', notification);
await publisher.close();
console.log(`Sent to ${values.to ?? 'everybody'}`);
