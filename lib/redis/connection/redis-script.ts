import { createHash } from 'node:crypto';

/** A Lua script that runs in Redis. Define each once, as a constant. */
export class RedisScript {
  /** What it is called by once Redis knows it. */
  readonly sha1: string;

  constructor(readonly source: string) {
    this.sha1 = createHash('sha1').update(source).digest('hex');
  }
}
