import { createClient } from 'redis';
import { ConfigurationError } from '../../common/index.js';
import type { RedisSourceOptions } from '../redis.options.js';
import { ClientDriver } from './client.driver.js';
import { ClusterDriver } from './cluster.driver.js';
import type { RedisDriverFactory } from './redis-driver.interface.js';
import { SentinelDriver } from './sentinel.driver.js';

type RedisTemplate = NonNullable<RedisSourceOptions['client']>;

const DEFAULT_URL = 'redis://127.0.0.1:6379';

/** The driver for what the app gave. @throws ConfigurationError for a URL that is none */
export function driverFactory({
  url = DEFAULT_URL,
  client,
}: RedisSourceOptions): RedisDriverFactory {
  const template: RedisTemplate = client ?? clientFor(url);
  if ('masters' in template) return (events) => new ClusterDriver(template, events);
  if ('getSentinelNode' in template) return (events) => new SentinelDriver(template, events);
  return (events) => new ClientDriver(template, events);
}

function clientFor(url: string): RedisTemplate {
  try {
    return createClient({ url });
  } catch {
    // Without the cause: it holds the URL, and that a password.
    throw new ConfigurationError(
      'The url of redisEngine() must look like redis[s]://[[user][:password]@]host[:port][/database]',
    );
  }
}
