import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Heartbeat } from '../../../lib/client/heartbeat.js';

const INTERVAL_MS = 25_000;
const TIMEOUT_MS = 10_000;

describe('the heartbeat', () => {
  const ping = vi.fn();
  const dead = vi.fn();
  let heartbeat: Heartbeat;

  beforeEach(() => {
    vi.useFakeTimers();
    ping.mockReset();
    dead.mockReset();
    heartbeat = new Heartbeat({ intervalMs: INTERVAL_MS, timeoutMs: TIMEOUT_MS }, { ping, dead });
    heartbeat.start();
  });
  afterEach(() => {
    heartbeat.stop();
    expect(vi.getTimerCount()).toBe(0);
    vi.useRealTimers();
  });

  it('asks after the interval of silence and not before', () => {
    vi.advanceTimersByTime(INTERVAL_MS - 1);
    expect(ping).not.toHaveBeenCalled();
    vi.advanceTimersByTime(1);
    expect(ping).toHaveBeenCalledTimes(1);
  });

  it('counts the silence from the last message', () => {
    vi.advanceTimersByTime(20_000);
    heartbeat.seen();
    vi.advanceTimersByTime(INTERVAL_MS - 1);
    expect(ping).not.toHaveBeenCalled();
    vi.advanceTimersByTime(1);
    expect(ping).toHaveBeenCalledTimes(1);
  });

  it('declares the server dead when nothing comes back', () => {
    vi.advanceTimersByTime(INTERVAL_MS + TIMEOUT_MS - 1);
    expect(dead).not.toHaveBeenCalled();
    vi.advanceTimersByTime(1);
    expect(dead).toHaveBeenCalledTimes(1);
    vi.advanceTimersByTime(100_000);
    expect(dead).toHaveBeenCalledTimes(1);
    expect(ping).toHaveBeenCalledTimes(1);
  });

  it('takes any message for an answer and asks again after the next silence', () => {
    vi.advanceTimersByTime(INTERVAL_MS + 4_000);
    heartbeat.seen();
    vi.advanceTimersByTime(INTERVAL_MS - 1);
    expect(ping).toHaveBeenCalledTimes(1);
    vi.advanceTimersByTime(1);
    expect(ping).toHaveBeenCalledTimes(2);
    expect(dead).not.toHaveBeenCalled();
  });

  it('asks at once when probed, but only once', () => {
    heartbeat.probe();
    heartbeat.probe();
    expect(ping).toHaveBeenCalledTimes(1);
    vi.advanceTimersByTime(TIMEOUT_MS);
    expect(dead).toHaveBeenCalledTimes(1);
  });

  it('gives no verdict when its own timer was late, and asks once more', () => {
    vi.advanceTimersByTime(INTERVAL_MS);
    blockFor(TIMEOUT_MS + 5_000);
    expect(dead).not.toHaveBeenCalled();
    expect(ping).toHaveBeenCalledTimes(2);
    vi.advanceTimersByTime(TIMEOUT_MS);
    expect(dead).toHaveBeenCalledTimes(1);
  });

  it('does not let late timers keep a dead server alive for ever', () => {
    vi.advanceTimersByTime(INTERVAL_MS);
    blockFor(TIMEOUT_MS + 60_000);
    blockFor(TIMEOUT_MS + 60_000);
    expect(dead).toHaveBeenCalledTimes(1);
  });

  it('does nothing any more once stopped', () => {
    heartbeat.stop();
    heartbeat.probe();
    vi.advanceTimersByTime(100_000);
    expect(ping).not.toHaveBeenCalled();
    expect(dead).not.toHaveBeenCalled();
  });

  /** Time passes while the event loop stands still: the timer that is due runs late. */
  function blockFor(ms: number): void {
    const now = performance.now();
    const clock = vi.spyOn(performance, 'now').mockReturnValue(now + ms);
    vi.advanceTimersByTime(TIMEOUT_MS);
    clock.mockRestore();
    vi.advanceTimersByTime(0);
  }
});
