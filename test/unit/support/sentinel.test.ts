import { afterEach, describe, expect, it } from 'vitest';
import { RedisServer } from '../../support/redis-server.js';
import { sendToRedis } from '../../support/resp.js';
import { SENTINEL, SentinelWatch } from '../../support/sentinel.js';
import { tokenOf } from '../../support/tokens.js';

const watches: SentinelWatch[] = [];
const newWatch = (): SentinelWatch => {
  const watch = new SentinelWatch();
  watches.push(watch);
  return watch;
};
afterEach(() => watches.splice(0).forEach((watch) => watch.stop()));

describe('SentinelWatch', () => {
  it.each(['a', 'al', 'ali', 'alice'])('finds a token of the user %s', (user) => {
    const watch = newWatch();
    watch.read('a log', `{"token":"${tokenOf(user)}"}`);
    expect(watch.hits).toEqual(['a log']);
  });

  it('finds it in pieces, wherever it is cut', () => {
    for (let cut = 1; cut < SENTINEL.length; cut++) {
      const watch = newWatch();
      watch.read('a log', `before${SENTINEL.slice(0, cut)}`);
      watch.read('a log', `${SENTINEL.slice(cut)}after`);
      expect(watch.hits).toEqual(['a log']);
    }
  });

  it('finds nothing where there is none', () => {
    const watch = newWatch();
    for (const text of ['', 'Sentinel', SENTINEL.slice(1), 'a token']) watch.read('a log', text);
    expect(watch.hits).toEqual([]);
  });

  it('finds it in what a Redis is told', async () => {
    const redis = await RedisServer.start();
    try {
      const watch = newWatch();
      await watch.monitor(redis.port);
      await sendToRedis(redis.port, 'SET', 'user', 'alice');
      await sendToRedis(redis.port, 'SET', `session:${tokenOf('alice')}`, '1');
      await expect.poll(() => watch.hits).toEqual(['Redis']);
    } finally {
      await redis.stop();
    }
  });
});
