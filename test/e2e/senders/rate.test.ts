import { Injectable } from '@nestjs/common';
import { AbstractTimedSender } from 'bounce-ws';
import { describe, expect, it } from 'vitest';
import { useApps } from '../../support/use-apps.js';
import { WsPeer } from '../../support/ws-peer.js';

const start = useApps();

const RATE_HZ = 60;
const INTERVAL_MS = 1_000 / RATE_HZ;
const DURATION_MS = 10_000;
const EXPECTED = (RATE_HZ * DURATION_MS) / 1_000;

@Injectable()
class FastSender extends AbstractTimedSender<{ n: number }> {
  readonly event = 'fast';
  readonly schedule = { rateHz: RATE_HZ };
  n = 0;
  protected createMessageData() {
    return { n: ++this.n };
  }
}

/**
 * Counts the ticks that nobody could have kept: those of the times at which this process did not get to run for longer
 * than an interval. On a machine that has time for the test there are none.
 */
class StallWitness {
  #lost = 0;
  #lastMs = performance.now();
  readonly #timer = setInterval(() => {
    const now = performance.now();
    this.#lost += Math.floor((now - this.#lastMs) / INTERVAL_MS);
    this.#lastMs = now;
  }, 2);

  stop(): number {
    clearInterval(this.#timer);
    return this.#lost;
  }
}

/** Where the multiples of the interval lie that these times are nearest to, on the whole: the angle of their mean. */
function gridOf(times: readonly number[]): number {
  const angles = times.map((time) => (time / INTERVAL_MS) * 2 * Math.PI);
  const sum = (part: (angle: number) => number): number =>
    angles.reduce((total, angle) => total + part(angle), 0);
  return (Math.atan2(sum(Math.sin), sum(Math.cos)) / (2 * Math.PI)) * INTERVAL_MS;
}

const median = (values: readonly number[]): number =>
  values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)]!;

describe('a timed sender of 60 Hz', () => {
  it('sends 600 messages in 10 seconds, one more or less, evenly and none twice', async () => {
    const { url } = await start({ providers: [FastSender] });
    const peer = await WsPeer.connect(url);
    const times: number[] = [];
    const numbers: number[] = [];
    const over = new Promise<void>((resolve) => {
      peer.socket.on('message', (frame: Buffer) => {
        const { event, data } = JSON.parse(frame.toString()) as {
          event: string;
          data: { n: number };
        };
        if (event !== 'fast') return;
        times.push(performance.now());
        numbers.push(data.n);
        if (times.at(-1)! - times[0]! > DURATION_MS) resolve();
      });
    });
    await peer.request('subscribe', { events: ['fast'] });
    const witness = new StallWitness();
    await over;
    const lost = witness.stop();

    const first = times[0]!;
    const within = times.filter((time) => time - first < DURATION_MS);
    expect(within.length).toBeGreaterThanOrEqual(EXPECTED - 1 - lost);
    expect(within.length).toBeLessThanOrEqual(EXPECTED + 1);
    expect(numbers).toEqual(Array.from({ length: numbers.length }, (_, index) => index + 1));

    const gaps = within.slice(1).map((time, index) => time - within[index]!);
    expect(median(gaps)).toBeGreaterThan(INTERVAL_MS - 2);
    expect(median(gaps)).toBeLessThan(INTERVAL_MS + 2);
    // Ticks are aimed at multiples of the interval: each may come late, but the lateness does not add up. Ticks that
    // drift are anywhere between two multiples, on average a quarter of an interval (4 ms) from the next one.
    const grid = gridOf(within);
    const offGrid = within.map((time) => {
      const steps = (time - grid) / INTERVAL_MS;
      return Math.abs(steps - Math.round(steps)) * INTERVAL_MS;
    });
    expect(median(offGrid)).toBeLessThan(3);
  });
});
