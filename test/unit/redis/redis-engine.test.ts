import { inspect } from 'node:util';
import { ConfigurationError } from 'bounce-ws';
import { redisEngine, RedisPublisher } from 'bounce-ws/redis';
import { describe, expect, it } from 'vitest';

const MISTAKES = [
  'nonsense:hunter2',
  'http://user:hunter2@localhost',
  'redis://:hunter2@host:port',
];

function thrownBy(act: () => unknown): unknown {
  try {
    act();
  } catch (error) {
    return error;
  }
  return undefined;
}

describe('the url of a Redis', () => {
  it.each(MISTAKES)('that is none is refused without a word of what is in it: %s', (url) => {
    for (const act of [() => redisEngine({ url }), () => new RedisPublisher({ url })]) {
      const error = thrownBy(act);
      expect(error).toBeInstanceOf(ConfigurationError);
      expect(inspect(error, { depth: 9 })).not.toContain('hunter2');
    }
  });
});
