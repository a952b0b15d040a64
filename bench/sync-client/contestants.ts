import { BounceClient } from '../../lib/client/node.js';
import { SyncBounceClient } from '../../lib/sync-client/index.js';

/** What is sent back and forth. */
const ECHO = { text: 'The quick brown fox jumps over the lazy dog', n: 12345 };

/** A client that asks, waits for the answer, and asks again. */
export interface Contestant {
  readonly name: string;
  /** @returns Round trips a second */
  run(durationMs: number): number | Promise<number>;
  close(): void;
}

/** `BounceClient`, with one message in flight. */
export async function asynchronous(url: string): Promise<Contestant> {
  const client = new BounceClient(url);
  await client.connect();
  return {
    name: 'BounceClient',
    async run(durationMs) {
      const start = performance.now();
      let count = 0;
      for (; performance.now() - start < durationMs; count++) await client.request('echo', ECHO);
      return perSecond(count, start);
    },
    close: () => client.close(),
  };
}

/** `SyncBounceClient`. */
export function synchronous(url: string): Contestant {
  const client = new SyncBounceClient(url);
  return {
    name: 'SyncBounceClient',
    run(durationMs) {
      const start = performance.now();
      let count = 0;
      for (; performance.now() - start < durationMs; count++) client.request('echo', ECHO);
      return perSecond(count, start);
    },
    close: () => void client.close(),
  };
}

function perSecond(count: number, start: number): number {
  return (count / (performance.now() - start)) * 1_000;
}
