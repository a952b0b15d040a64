import { setImmediate as turn } from 'node:timers/promises';
import { type HistoryPosition, MemoryHistoryStore } from 'bounce-ws';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { HeardCopies } from '../../../lib/history/heard-copies.js';
import { LogReader } from '../../../lib/history/log-reader.js';

const SETTINGS = { size: 100, ttlMs: 60_000, maxRecovered: 100, rooms: () => true };
const HOLE_MS = 100;
const FAR = 2 ** 40;

/** A store whose reads are counted. */
class CountingStore extends MemoryHistoryStore {
  reads = 0;

  override readSince(...args: Parameters<MemoryHistoryStore['readSince']>) {
    this.reads++;
    return super.readSince(...args);
  }
}

describe('what a node reads of the log of a room', () => {
  let store: CountingStore;
  let reader: LogReader;
  let told: string[];
  let unnumbered: number;

  beforeEach(async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] });
    told = [];
    unnumbered = 0;
    store = new CountingStore();
    const context = {
      store,
      settings: SETTINGS,
      copies: new HeardCopies(),
      members: () => new Set<never>(),
      listen: () => Promise.resolve(),
      settled: () => Promise.resolve(),
      report: (error: unknown) => void told.push(String(error)),
      undelivered: (_room: string, error: unknown) => void told.push(String(error)),
    };
    reader = new LogReader('tea', context, {
      opened: () => undefined,
      broken: ({ offset }) => void told.push(`broken at ${offset}`),
      message: ({ envelope, offset }) => {
        // As everything that a node sends without a number, what is false goes to the members.
        if (offset !== undefined) told.push(envelope);
        else unnumbered++;
      },
    });
    await append('before');
    await reader.open();
  });

  afterEach(() => {
    reader.close();
    expect(vi.getTimerCount()).toBe(0);
    vi.useRealTimers();
  });

  const append = (envelope: string): Promise<HistoryPosition> =>
    store.append('tea', { envelope }, SETTINGS);
  const take = (epoch: string, offset: number, envelope: string): void =>
    reader.take(epoch, { offset, envelope });

  /** As long as a message waits for those before it, and until the log is read then. */
  const waitForHole = async (): Promise<void> => {
    vi.advanceTimersByTime(HOLE_MS);
    await turn();
  };

  it('comes from the log when it did not come by itself, however many false messages came', async () => {
    const { epoch } = reader.position!;
    for (let n = 0; n < 3_000; n++) take(epoch, FAR + n, 'false');
    await append('lost');
    await append('seen');
    take(epoch, 3, 'seen');
    await waitForHole();
    expect(told).toEqual(['lost', 'seen']);
    // Nothing of what was false is kept, and waits for its turn.
    expect(vi.getTimerCount()).toBe(0);
    await append('next');
    await append('last');
    take(epoch, 5, 'last');
    await waitForHole();
    expect(told).toEqual(['lost', 'seen', 'next', 'last']);
    expect(unnumbered).toBe(1_000);
  });

  it('is read ten times a second at most, whatever count the messages that come pretend to be of', async () => {
    for (let n = 0; n < 1_000; n++) {
      take(`false ${n}`, n + 1, 'false');
      if (n % 100 === 0) await turn();
    }
    expect(store.reads).toBe(0);
    await waitForHole();
    expect([store.reads, told]).toEqual([1, []]);
  });

  it('is read again when a new count begins while an older one is read', async () => {
    const { epoch } = reader.position!;
    await append('lost');
    await append('seen');
    take(epoch, 3, 'seen');
    vi.advanceTimersByTime(HOLE_MS);
    // The read is under way: what follows it does not know of.
    await store.breakOff('tea', epoch);
    const fresh = await append('fresh');
    take(fresh.epoch, fresh.offset, 'fresh');
    await turn();
    await waitForHole();
    expect(told).toEqual(['lost', 'seen', 'broken at 0', 'fresh']);
  });

  it('begins anew when the store has gone back, and counts twice what was told already', async () => {
    const { epoch } = reader.position!;
    await append('kept');
    const before = { epoch, offset: 3 };
    // Told here, and then lost with the server that had it.
    take(epoch, 2, 'kept');
    take(epoch, 3, 'forgotten');
    const [head] = await store.heads(['tea']);
    await reader.compare(head, before);
    expect(told).toEqual(['kept', 'forgotten', 'broken at 0']);
    const { offset } = await append('new');
    take(reader.position!.epoch, offset, 'new');
    expect(told.at(-1)).toBe('new');
  });

  it('is recovered also when more was said since the reading that is under way began', async () => {
    const { epoch } = reader.position!;
    await append('two');
    const catchingUp = reader.catchUp();
    await append('three');
    const slice = await reader.readSince({ epoch, offset: 0 }, 100, Infinity);
    await catchingUp;
    expect(slice?.entries.map(({ envelope }) => envelope)).toEqual(['before', 'two', 'three']);
    expect(told).toEqual(['two', 'three']);
  });

  describe('of a burst that is larger than the log', () => {
    const said = Array.from({ length: SETTINGS.size + 1 }, (_, index) => `burst ${index + 2}`);
    let epoch: string;

    beforeEach(async () => {
      epoch = reader.position!.epoch;
      for (const text of said) await append(text);
      for (const [index, text] of said.entries()) if (index > 0) take(epoch, index + 2, text);
    });

    it('is whole also when its first message is late, and the log does not have it any more', async () => {
      for (let n = 0; n < 10; n++) await waitForHole();
      expect(told).toEqual([]);
      take(epoch, 2, said[0]!);
      expect(told).toEqual(said);
    });

    it('has a hole when that does not come for two seconds', async () => {
      for (let n = 0; n < 20; n++) await waitForHole();
      expect(told).toEqual(['broken at 2', ...said.slice(1)]);
    });
  });
});
