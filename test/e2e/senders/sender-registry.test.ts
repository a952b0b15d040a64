import { Injectable, Module, Scope } from '@nestjs/common';
import { WebSocketGateway } from '@nestjs/websockets';
import {
  AbstractSender,
  AbstractTimedSender,
  ConfigurationError,
  EmitEvery,
  OnEvent,
  SenderRegistry,
} from 'bounce-ws';
import { describe, expect, it } from 'vitest';
import { expectNoUnhandledErrors } from '../../support/unhandled.js';
import { useApps } from '../../support/use-apps.js';
import { WsPeer } from '../../support/ws-peer.js';

const start = useApps();
expectNoUnhandledErrors();

/** A sender class of its own for an event. */
function senderOf(event: string) {
  @Injectable()
  class NamedSender extends AbstractSender<string> {
    readonly event = event;
    protected createMessageData(): string {
      return event;
    }
  }
  return NamedSender;
}

@Injectable()
class ClockSender extends AbstractTimedSender<string> {
  readonly event = 'clock';
  readonly schedule = { intervalMs: 10 };
  override readonly autoStart = false;
  protected createMessageData(): string {
    return 'tick';
  }
}

@WebSocketGateway()
class TickerGateway {
  @EmitEvery('ticker', { intervalMs: 10 }) tick(): string {
    return 'tack';
  }
}

describe('SenderRegistry', () => {
  it('knows the senders of the app: classes and @EmitEvery methods of all modules', async () => {
    const NewsSender = senderOf('news');
    @Module({ providers: [NewsSender], exports: [NewsSender] })
    class NewsModule {}
    const { app } = await start({ imports: [NewsModule], providers: [ClockSender, TickerGateway] });
    const registry = app.get(SenderRegistry);
    expect(registry.events().toSorted()).toEqual(['clock', 'news', 'ticker']);
    expect(registry.get('clock')).toBe(app.get(ClockSender));
    expect(registry.get('news')).toBe(app.get(NewsSender));
    expect(registry.get('ticker')).toBeInstanceOf(AbstractTimedSender);
    expect(registry.get('weather')).toBeUndefined();
    expect(registry.get('constructor')).toBeUndefined();
  });

  it('starts and stops a timed sender by its event', async () => {
    const { app, url } = await start({ providers: [ClockSender, TickerGateway] });
    const registry = app.get(SenderRegistry);
    const peer = await WsPeer.connect(url);
    await peer.request('subscribe', { events: ['*'] });
    expect(app.get(ClockSender).running).toBe(false);
    registry.start('clock');
    expect((await peer.next('clock')).data).toBe('tick');
    await peer.next('ticker');
    registry.stop('ticker');
    registry.stop('clock');
    expect(app.get(ClockSender).running).toBe(false);
    expect((registry.get('ticker') as AbstractTimedSender).running).toBe(false);
    await peer.barrier();
    registry.start('ticker');
    await peer.next('ticker');
  });

  it.each(['weather', 'news'])(
    'throws a ConfigurationError for %s, which is no timed sender',
    async (event) => {
      const { app } = await start({ providers: [senderOf('news')] });
      const registry = app.get(SenderRegistry);
      expect(() => registry.start(event)).toThrow(ConfigurationError);
      expect(() => registry.stop(event)).toThrow(event);
    },
  );

  it('finds a sender once that several modules share, and one that has an alias', async () => {
    const NewsSender = senderOf('news');
    @Module({
      providers: [NewsSender, { provide: 'ALIAS', useExisting: NewsSender }],
      exports: [NewsSender, 'ALIAS'],
    })
    class NewsModule {}
    @Module({ imports: [NewsModule], exports: [NewsModule] })
    class OtherModule {}
    const { app } = await start({ imports: [NewsModule, OtherModule] });
    expect(app.get(SenderRegistry).events()).toEqual(['news']);
  });

  it('finds senders that a factory or a value provides', async () => {
    const NewsSender = senderOf('news');
    const WeatherSender = senderOf('weather');
    const { app } = await start({
      providers: [
        { provide: 'NEWS', useFactory: async () => new NewsSender() },
        { provide: 'WEATHER', useValue: new WeatherSender() },
      ],
    });
    expect(app.get(SenderRegistry).events().toSorted()).toEqual(['news', 'weather']);
  });

  it('leaves alone what is none: values, null, request-scoped providers', async () => {
    @Injectable({ scope: Scope.REQUEST })
    class PerRequest {}
    const { app } = await start({
      providers: [
        PerRequest,
        { provide: 'NULL', useValue: null },
        { provide: 'NUMBER', useValue: 7 },
        { provide: 'BARE', useValue: Object.create(null) as object },
        {
          provide: 'TRAP',
          useValue: Object.defineProperty({}, 'boom', {
            enumerable: true,
            get: () => {
              throw new Error('nobody may read this');
            },
          }),
        },
      ],
    });
    expect(app.get(SenderRegistry).events()).toEqual([]);
  });
});

describe('the boot', () => {
  it('fails when two senders send one event, and names both', async () => {
    @Injectable()
    class FirstSender extends senderOf('news') {}
    @Injectable()
    class SecondSender extends senderOf('news') {}
    const failing = start({ providers: [FirstSender, SecondSender] });
    await expect(failing).rejects.toThrow(ConfigurationError);
    await expect(failing).rejects.toThrow(/FirstSender/);
    await expect(failing).rejects.toThrow(/SecondSender/);
    await expect(failing).rejects.toThrow(/"news"/);
  });

  it('fails when a class and a method send one event, and names the method', async () => {
    @Injectable()
    class TickerSender extends senderOf('ticker') {}
    const failing = start({ providers: [TickerGateway, TickerSender] });
    await expect(failing).rejects.toThrow(/TickerGateway\.tick/);
    await expect(failing).rejects.toThrow(/TickerSender/);
  });

  it.each([
    'subscribe',
    'unsubscribe',
    'ack',
    'error',
    'pong',
    'cancel',
    'connect',
    'disconnect',
    'authenticate',
    'hello',
    'eval_js',
    'presence_state',
    'presence_diff',
    '*',
    '',
    'a'.repeat(129),
    'line\nbreak',
    '\ud800',
  ])('fails for a sender of %j, and names the class', async (event) => {
    @Injectable()
    class WrongSender extends senderOf(event) {}
    const failing = start({ providers: [WrongSender] });
    await expect(failing).rejects.toThrow(ConfigurationError);
    await expect(failing).rejects.toThrow(/WrongSender/);
  });

  it.each(['constructor', '__proto__', 'toString', 'news flash', 'a'.repeat(128), 'ü'])(
    'takes a sender of %j like any other',
    async (event) => {
      const Sender = senderOf(event);
      const { app, url } = await start({ providers: [Sender] });
      const peer = await WsPeer.connect(url);
      expect((await peer.request('subscribe', { events: [event] })).data).toEqual({
        events: [event],
      });
      await app.get(Sender).send();
      expect(await peer.next()).toMatchObject({ event, data: event });
    },
  );

  it('takes a handler and a sender of the same name, which have nothing to do with each other', async () => {
    @WebSocketGateway()
    class NewsGateway {
      @OnEvent('news') news(): string {
        return 'handled';
      }
    }
    const NewsSender = senderOf('news');
    const { app, url } = await start({ providers: [NewsSender, NewsGateway] });
    const peer = await WsPeer.connect(url);
    expect((await peer.request('news')).data).toBe('handled');
    await peer.request('subscribe', { events: ['news'] });
    await app.get(NewsSender).send();
    expect((await peer.next()).data).toBe('news');
  });
});

describe('a sender that is registered while the app runs', () => {
  const subscribe = async (peer: WsPeer, events: string[]): Promise<unknown> =>
    (await peer.request('subscribe', { events })).data;

  it('can be subscribed to, and reaches those with a "*" subscription', async () => {
    const { app, url } = await start({ providers: [senderOf('news')] });
    const registry = app.get(SenderRegistry);
    const all = await WsPeer.connect(url);
    const some = await WsPeer.connect(url);
    expect(await subscribe(all, ['*'])).toEqual({ events: ['*', 'news'] });
    expect(await subscribe(some, ['weather'])).toMatchObject({
      code: 'unknown_event',
      details: { events: ['weather'] },
    });
    const weather = new (senderOf('weather'))();
    registry.register(weather);
    expect(registry.events()).toEqual(['news', 'weather']);
    await weather.send();
    expect((await all.next()).event).toBe('weather');
    expect(await some.barrier()).toEqual([]);
    expect(await subscribe(all, [])).toEqual({ events: ['*', 'news', 'weather'] });
    expect(await subscribe(some, ['weather'])).toEqual({ events: ['weather'] });
    await weather.send();
    expect((await some.next()).event).toBe('weather');
  });

  it('starts at once when it is a timed one, and ends with the app', async () => {
    const { app, url } = await start();
    class LateSender extends AbstractTimedSender<string> {
      readonly event = 'late';
      readonly schedule = { intervalMs: 10 };
      protected createMessageData(): string {
        return 'tick';
      }
    }
    const peer = await WsPeer.connect(url);
    await subscribe(peer, ['*']);
    const sender = new LateSender();
    app.get(SenderRegistry).register(sender);
    expect((await peer.next()).event).toBe('late');
    await app.close();
    expect(sender.running).toBe(false);
  });

  it.each(['news', 'subscribe', '*', ''])('is refused when its event is %j', async (event) => {
    const { app } = await start({ providers: [senderOf('news')] });
    const registry = app.get(SenderRegistry);
    expect(() => registry.register(new (senderOf(event))())).toThrow(ConfigurationError);
    expect(registry.events()).toEqual(['news']);
  });
});
