import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { SendClock } from '../../../lib/protocol/send-clock.js';

describe('the clock of outgoing messages', () => {
  beforeEach(() => {
    vi.useFakeTimers({ now: new Date('2026-11-20T12:00:00.123Z') });
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  it('writes UTC with milliseconds and without offset', () => {
    expect(new SendClock().stamp()).toBe('2026-11-20T12:00:00.123');
  });

  it('stands still while the clock is behind an earlier stamp', () => {
    const clock = new SendClock();
    clock.stamp();
    vi.setSystemTime(new Date('2026-11-20T11:00:00Z'));
    expect(clock.stamp()).toBe('2026-11-20T12:00:00.123');
    vi.setSystemTime(new Date('2026-11-20T12:00:01Z'));
    expect(clock.stamp()).toBe('2026-11-20T12:00:01.000');
  });
});
