import { createClient } from 'redis';
import type { RedisSourceOptions } from '../redis.options.js';
import { ClientDriver } from './client.driver.js';
import { ClusterDriver } from './cluster.driver.js';
import type { RedisDriverFactory } from './redis-driver.interface.js';
import { SentinelDriver } from './sentinel.driver.js';

type RedisTemplate = NonNullable<RedisSourceOptions['client']>;

const DEFAULT_URL = 'redis://127.0.0.1:6379';

/** The driver for what the app gave. @throws TypeError for a URL that is none */
export function driverFactory({
  url = DEFAULT_URL,
  client,
}: RedisSourceOptions): RedisDriverFactory {
  const template: RedisTemplate = client ?? createClient({ url });
  if ('masters' in template) return (events) => new ClusterDriver(template, events);
  if ('getSentinelNode' in template) return (events) => new SentinelDriver(template, events);
  return (events) => new ClientDriver(template, events);
}
