import { type HistoryLimits, MemoryHistoryStore } from 'bounce-ws';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { describeHistoryStore } from './support/history-store.contract.js';

const LIMITS: HistoryLimits = { size: 100, ttlMs: 60_000 };
const HOUR_MS = 3_600_000;
const ROOMS = Array.from({ length: 1_000 }, (_, index) => `room-${index}`);

describeHistoryStore('MemoryHistoryStore', async () => {
  const store = new MemoryHistoryStore();
  return { open: async () => store };
});

describe('MemoryHistoryStore', () => {
  beforeEach(() => {
    vi.useFakeTimers({ toFake: ['performance'] });
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  /** Each of them has one message. */
  async function filled(): Promise<MemoryHistoryStore> {
    const store = new MemoryHistoryStore();
    for (const room of ROOMS) await store.append(room, { envelope: 'a' }, LIMITS);
    return store;
  }

  /** Something is said, elsewhere. */
  async function talk(store: MemoryHistoryStore): Promise<void> {
    for (const room of ROOMS) await store.append('tea', { envelope: room }, LIMITS);
  }

  it('keeps the count of a room for an hour longer than its last message', async () => {
    const store = await filled();
    vi.advanceTimersByTime(HOUR_MS + LIMITS.ttlMs);
    await talk(store);
    expect(await store.heads(ROOMS)).not.toContain(undefined);
  });

  it('forgets rooms that nobody asked for since, while others talk', async () => {
    const store = await filled();
    const [watched = ''] = ROOMS;
    vi.advanceTimersByTime(HOUR_MS);
    const before = await store.heads([watched]);
    vi.advanceTimersByTime(HOUR_MS);
    await talk(store);
    const after = await store.heads(ROOMS);
    expect(after.slice(0, 1)).toEqual(before);
    expect(new Set(after.slice(1))).toEqual(new Set([undefined]));
  });

  it('lets go of old messages of rooms that nobody asks for, while others talk', async () => {
    const store = await filled();
    vi.advanceTimersByTime(LIMITS.ttlMs + 1);
    await talk(store);
    for (const room of ROOMS) {
      const { entries } = await store.readLatest(room, 100, { ...LIMITS, ttlMs: HOUR_MS });
      expect(entries).toEqual([]);
    }
  });

  it('has no timer', async () => {
    vi.useFakeTimers();
    await filled();
    expect(vi.getTimerCount()).toBe(0);
  });
});
