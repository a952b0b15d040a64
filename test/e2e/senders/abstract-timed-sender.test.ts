import { Injectable } from '@nestjs/common';
import { AbstractTimedSender, EmitEvery, type Schedule } from 'bounce-ws';
import { WebSocketGateway } from '@nestjs/websockets';
import { describe, expect, it } from 'vitest';
import { deferred } from '../../support/deferred.js';
import { expectNoUnhandledErrors } from '../../support/unhandled.js';
import { useApps } from '../../support/use-apps.js';
import { WsPeer } from '../../support/ws-peer.js';

const start = useApps();
expectNoUnhandledErrors();

/** Counts its ticks; what a tick does, a test says. */
abstract class CountingSender extends AbstractTimedSender {
  readonly event: string = 'count';
  readonly schedule: Schedule = { intervalMs: 10 };
  ticks = 0;
  protected createMessageData(): unknown {
    return this.tick(++this.ticks);
  }
  protected tick(n: number): unknown {
    return n;
  }
}

const subscribe = async (url: string, event = 'count'): Promise<WsPeer> => {
  const peer = await WsPeer.connect(url);
  await peer.request('subscribe', { events: [event] });
  return peer;
};

/** Lets a number of ticks of 10 ms pass without the sender that is looked at. */
const someTicks = (): Promise<unknown> => new Promise((resolve) => setTimeout(resolve, 60));

describe('AbstractTimedSender', () => {
  it('sends from boot on, by rate or by interval', async () => {
    @Injectable()
    class RateSender extends CountingSender {
      override readonly event = 'rate';
      override readonly schedule = { rateHz: 100 };
    }
    @Injectable()
    class IntervalSender extends CountingSender {
      override readonly event = 'interval';
    }
    const { app, url } = await start({ providers: [RateSender, IntervalSender] });
    expect(app.get(RateSender).running).toBe(true);
    for (const event of ['rate', 'interval']) {
      const peer = await subscribe(url, event);
      for (let n = 0; n < 5; n++) expect(await peer.next()).toMatchObject({ event });
    }
  });

  it('computes nothing while nobody subscribes, and again nothing when the last one has gone', async () => {
    @Injectable()
    class IdleSender extends CountingSender {}
    const { app, url } = await start({ providers: [IdleSender] });
    const sender = app.get(IdleSender);
    await WsPeer.connect(url);
    await someTicks();
    expect(sender.ticks).toBe(0);
    const alice = await subscribe(url);
    const bob = await subscribe(url);
    await alice.next('count');
    await alice.request('unsubscribe', { events: ['count'] });
    await bob.next('count');
    await bob.close();
    await expect
      .poll(async () => {
        const before = sender.ticks;
        await someTicks();
        return sender.ticks - before;
      })
      .toBe(0);
    expect(sender.running).toBe(true);
    const carol = await subscribe(url);
    await carol.next('count');
  });

  it('computes although nobody subscribes with computeWhenIdle', async () => {
    @Injectable()
    class EagerSender extends CountingSender {
      override readonly computeWhenIdle = true;
    }
    const { app, url } = await start({ providers: [EagerSender] });
    const sender = app.get(EagerSender);
    await expect.poll(() => sender.ticks).toBeGreaterThan(3);
    const peer = await subscribe(url);
    expect((await peer.next('count')).data).toBeGreaterThan(3);
  });

  it('waits for start() with autoStart off; start and stop are harmless twice', async () => {
    @Injectable()
    class ManualSender extends CountingSender {
      override readonly autoStart = false;
    }
    const { app, url } = await start({ providers: [ManualSender] });
    const sender = app.get(ManualSender);
    const peer = await subscribe(url);
    await someTicks();
    expect([sender.running, sender.ticks]).toEqual([false, 0]);
    sender.start();
    sender.start();
    expect(sender.running).toBe(true);
    // Started twice it still ticks once at a time.
    for (let n = 1; n <= 3; n++) expect((await peer.next('count')).data).toBe(n);
    sender.stop();
    sender.stop();
    expect(sender.running).toBe(false);
    const { ticks } = sender;
    await someTicks();
    expect(sender.ticks).toBe(ticks);
    sender.start();
    await expect.poll(() => sender.ticks).toBeGreaterThan(ticks);
  });

  it('sends nothing for a tick that returns undefined', async () => {
    @Injectable()
    class OddSender extends CountingSender {
      protected override tick(n: number) {
        return n % 2 === 1 ? n : undefined;
      }
    }
    const { url } = await start({ providers: [OddSender] });
    const peer = await subscribe(url);
    const numbers: unknown[] = [];
    while (numbers.length < 4) numbers.push((await peer.next('count')).data);
    expect(numbers).toEqual([1, 3, 5, 7]);
  });

  it('skips the ticks that find the one before still at work, and does not make up for them', async () => {
    const gate = deferred<string>();
    @Injectable()
    class StuckSender extends CountingSender {
      at: number[] = [];
      protected override tick(n: number) {
        this.at.push(performance.now());
        return n === 1 ? gate.promise : `tick ${n}`;
      }
    }
    const { app, url } = await start({ providers: [StuckSender] });
    const peer = await subscribe(url);
    const sender = app.get(StuckSender);
    await expect.poll(() => sender.ticks).toBe(1);
    await someTicks();
    expect(sender.ticks).toBe(1);
    gate.resolve('late');
    expect((await peer.next('count')).data).toBe('late');
    for (let n = 2; n <= 7; n++) expect((await peer.next('count')).data).toBe(`tick ${n}`);
    // Ticks that were made up for would come at once. Of others the first may be late by up to one, like any.
    expect(sender.at[6]! - sender.at[1]!).toBeGreaterThan(35);
  });

  it.each([
    ['throws', () => fail()],
    ['rejects', async () => fail()],
    ['throws null', () => failWithNull()],
  ])('logs a tick that %s, and the next one comes', async (_what, failure) => {
    @Injectable()
    class FlakySender extends CountingSender {
      protected override tick(n: number): unknown {
        return n === 2 ? failure() : n;
      }
    }
    const { url, log } = await start({ providers: [FlakySender] });
    const peer = await subscribe(url);
    const numbers: unknown[] = [];
    while (numbers.length < 3) numbers.push((await peer.next('count')).data);
    expect(numbers).toEqual([1, 3, 4]);
    expect(log.errors).toHaveLength(1);
    expect(log.errors[0]).toContain('FlakySender');
    expect(log.errors[0]).toContain('count');
  });

  it('logs a tick whose result JSON cannot hold, and the next one comes', async () => {
    @Injectable()
    class BigSender extends CountingSender {
      protected override tick(n: number): unknown {
        return n === 1 ? 1n : n;
      }
    }
    const { url, log } = await start({ providers: [BigSender] });
    const peer = await subscribe(url);
    expect((await peer.next('count')).data).toBe(2);
    expect(log.errors).toHaveLength(1);
  });

  it.each<[string, Schedule]>([
    ['a rate of 0', { rateHz: 0 }],
    ['a negative rate', { rateHz: -1 }],
    ['a rate of more than 1000', { rateHz: 1_001 }],
    ['a rate that is no number', { rateHz: Number.NaN }],
    ['a rate without end', { rateHz: Number.POSITIVE_INFINITY }],
    ['an interval of 0', { intervalMs: 0 }],
    ['a negative interval', { intervalMs: -5 }],
    ['an interval longer than a timer can be', { intervalMs: 2 ** 31 }],
    ['an interval that is no number', { intervalMs: Number.NaN }],
  ])('with %s fails the boot with its name', async (_what, schedule) => {
    @Injectable()
    class WrongSender extends CountingSender {
      override readonly schedule = schedule;
    }
    await expect(start({ providers: [WrongSender] })).rejects.toThrow(/WrongSender/);
  });

  it('can rest for weeks', async () => {
    @Injectable()
    class RareSender extends CountingSender {
      override readonly schedule = { intervalMs: 2 ** 31 - 1 };
    }
    const { app, url } = await start({ providers: [RareSender] });
    const peer = await subscribe(url);
    await peer.barrier();
    await someTicks();
    expect(app.get(RareSender).ticks).toBe(0);
  });

  it('ends with the app', async () => {
    @Injectable()
    class EagerSender extends CountingSender {
      override readonly computeWhenIdle = true;
    }
    const { app } = await start({ providers: [EagerSender] });
    const sender = app.get(EagerSender);
    await expect.poll(() => sender.ticks).toBeGreaterThan(0);
    await app.close();
    expect(sender.running).toBe(false);
    const { ticks } = sender;
    await someTicks();
    expect(sender.ticks).toBe(ticks);
  });
});

describe('@EmitEvery', () => {
  it('sends what a method of a gateway or of any provider returns, with its own this', async () => {
    @WebSocketGateway()
    class PriceGateway {
      private readonly price = 42;
      @EmitEvery('price', { rateHz: 100 }) tick() {
        return { price: this.price };
      }
    }
    @Injectable()
    class WeatherService {
      private readonly degrees = 21;
      @EmitEvery('weather', { intervalMs: 10 }) async measure() {
        await Promise.resolve();
        return this.degrees;
      }
    }
    const { url } = await start({ providers: [PriceGateway, WeatherService] });
    const peer = await WsPeer.connect(url);
    await peer.request('subscribe', { events: ['price', 'weather'] });
    expect((await peer.next('price')).data).toEqual({ price: 42 });
    expect((await peer.next('weather')).data).toBe(21);
  });

  it('obeys autoStart, computeWhenIdle and undefined as a sender class does', async () => {
    const counts = { idle: 0, eager: 0, manual: 0 };
    @Injectable()
    class ManyService {
      @EmitEvery('idle', { intervalMs: 10 }) idle(): number {
        return ++counts.idle;
      }
      @EmitEvery('eager', { intervalMs: 10, computeWhenIdle: true }) eager() {
        return ++counts.eager % 2 === 0 ? counts.eager : undefined;
      }
      @EmitEvery('manual', { intervalMs: 10, computeWhenIdle: true, autoStart: false })
      manual(): number {
        return ++counts.manual;
      }
    }
    const { url } = await start({ providers: [ManyService] });
    await expect.poll(() => counts.eager).toBeGreaterThan(3);
    expect(counts).toMatchObject({ idle: 0, manual: 0 });
    const peer = await subscribe(url, 'eager');
    expect(((await peer.next('eager')).data as number) % 2).toBe(0);
  });

  it('is found on a method that a gateway inherits', async () => {
    class BaseGateway {
      @EmitEvery('inherited', { intervalMs: 10 }) tick(): string {
        return this.constructor.name;
      }
    }
    @WebSocketGateway()
    class DerivedGateway extends BaseGateway {}
    const { url } = await start({ providers: [DerivedGateway] });
    const peer = await subscribe(url, 'inherited');
    expect((await peer.next('inherited')).data).toBe('DerivedGateway');
  });

  it('names the class and the method when a tick fails', async () => {
    @WebSocketGateway()
    class FailingGateway {
      @EmitEvery('failing', { intervalMs: 10 }) tick(): never {
        throw new Error('tick failed');
      }
    }
    const { url, log } = await start({ providers: [FailingGateway] });
    await subscribe(url, 'failing');
    await expect.poll(() => log.errors.join()).toContain('FailingGateway.tick');
    expect(log.errors.join()).toContain('tick failed');
  });
});

function fail(): never {
  throw new Error('tick failed');
}

function failWithNull(): never {
  // oxlint-disable-next-line no-throw-literal, typescript/only-throw-error -- the subject of the test
  throw null;
}
