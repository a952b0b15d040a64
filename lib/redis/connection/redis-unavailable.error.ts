import { BounceWsError } from '../../protocol/index.js';

/** Redis cannot be reached, or did not answer in time. */
export class RedisUnavailableError extends BounceWsError {
  override readonly name = 'RedisUnavailableError';

  constructor(cause?: unknown) {
    super('unavailable', 'Redis cannot be reached', { cause });
  }
}
