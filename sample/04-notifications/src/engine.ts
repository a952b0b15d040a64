import type { BounceWsOptions } from 'bounce-ws';
import { redisEngine } from 'bounce-ws/redis';

/** What connects the nodes. Without a Redis there is one node. */
export function engine(url: string | undefined): Pick<BounceWsOptions, 'engine'> {
  return url === undefined ? {} : { engine: redisEngine({ url, prefix: 'notifications' }) };
}
