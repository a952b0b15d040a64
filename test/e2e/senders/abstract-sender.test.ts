import { Injectable } from '@nestjs/common';
import { WebSocketGateway } from '@nestjs/websockets';
import { AbstractSender, BounceSocket, OnEvent } from 'bounce-ws';
import { describe, expect, it } from 'vitest';
import { deferred } from '../../support/deferred.js';
import type { StartedApp } from '../../support/start-app.js';
import { expectNoUnhandledErrors } from '../../support/unhandled.js';
import { connectBoth, connectMany, eventsSoFar, useApps } from '../../support/use-apps.js';
import { WsPeer } from '../../support/ws-peer.js';

const start = useApps();
expectNoUnhandledErrors();

@Injectable()
class NewsSender extends AbstractSender<{ text: string; n: number }, [text: string, n?: number]> {
  readonly event = 'news';
  made = 0;
  protected createMessageData(text: string, n = 0) {
    this.made++;
    return { text, n };
  }
}

@Injectable()
class SlowSender extends AbstractSender<string, [answer: Promise<string | undefined>]> {
  readonly event = 'slow';
  protected createMessageData(answer: Promise<string | undefined>) {
    return answer;
  }
}

@Injectable()
class BrokenSender extends AbstractSender<never, [kind: 'throw' | 'reject']> {
  readonly event = 'broken';
  protected createMessageData(kind: 'throw' | 'reject'): never | Promise<never> {
    if (kind === 'throw') throw new Error('broken on purpose');
    return Promise.reject(new Error('broken on purpose'));
  }
}

async function subscribed(started: StartedApp, ...events: string[]): Promise<WsPeer> {
  const peer = await WsPeer.connect(started.url);
  expect((await peer.request('subscribe', { events })).event).toBe('ack');
  return peer;
}

describe('AbstractSender.send()', () => {
  it('sends what createMessageData makes of its arguments, to the subscribers only', async () => {
    const started = await start({ providers: [NewsSender] });
    const alice = await subscribed(started, 'news');
    const bob = await WsPeer.connect(started.url);
    const sender = started.app.get(NewsSender);
    await sender.send('hello');
    await sender.send('again', 7);
    const received = await alice.barrier();
    expect(received.map(({ event, data }) => [event, data])).toEqual([
      ['news', { text: 'hello', n: 0 }],
      ['news', { text: 'again', n: 7 }],
    ]);
    expect(received[0]).not.toHaveProperty('id');
    expect(await bob.barrier()).toEqual([]);
  });

  it('makes and encodes one message for all subscribers', async () => {
    let encoded = 0;
    @Injectable()
    class CountingSender extends AbstractSender<object> {
      readonly event = 'counting';
      made = 0;
      protected createMessageData() {
        this.made++;
        return { toJSON: () => ++encoded };
      }
    }
    const started = await start({ providers: [CountingSender] });
    const peers = await Promise.all([1, 2, 3].map(() => subscribed(started, 'counting')));
    const sender = started.app.get(CountingSender);
    await sender.send();
    for (const peer of peers) expect((await peer.next()).data).toBe(1);
    expect([sender.made, encoded]).toEqual([1, 1]);
  });

  it('sends what a promise brings once it is there, in the order of the answers', async () => {
    const started = await start({ providers: [SlowSender] });
    const peer = await subscribed(started, 'slow');
    const sender = started.app.get(SlowSender);
    const first = deferred<string | undefined>();
    const second = deferred<string | undefined>();
    const sent = [sender.send(first.promise), sender.send(second.promise)];
    expect(await peer.barrier()).toEqual([]);
    second.resolve('second');
    await sent[1];
    first.resolve('first');
    await sent[0];
    expect((await peer.barrier()).map(({ data }) => data)).toEqual(['second', 'first']);
  });

  it('sends nothing when there is nothing to send, and null when that is the message', async () => {
    const started = await start({ providers: [SlowSender] });
    const peer = await subscribed(started, 'slow');
    const sender = started.app.get(SlowSender);
    await sender.send(Promise.resolve(undefined));
    await sender.send(Promise.resolve(null as unknown as string));
    expect((await peer.barrier()).map(({ data }) => data)).toEqual([null]);
  });

  it('makes nothing while nobody subscribes', async () => {
    const started = await start({ providers: [NewsSender] });
    const sender = started.app.get(NewsSender);
    await WsPeer.connect(started.url);
    await sender.send('nobody listens');
    expect(sender.made).toBe(0);
    const peer = await subscribed(started, 'news');
    await sender.send('one');
    expect(sender.made).toBe(1);
    await peer.request('unsubscribe', { events: ['news'] });
    await sender.send('nobody listens');
    expect(sender.made).toBe(1);
  });

  it('makes nothing any more when the last subscriber has gone', async () => {
    const started = await start({ providers: [NewsSender] });
    const sender = started.app.get(NewsSender);
    const peer = await subscribed(started, 'news');
    await peer.close();
    await expect
      .poll(async () => {
        const before = sender.made;
        await sender.send('anybody?');
        return sender.made - before;
      })
      .toBe(0);
  });

  it('makes it all the same with computeWhenIdle', async () => {
    @Injectable()
    class EagerSender extends AbstractSender<number> {
      readonly event = 'eager';
      override readonly computeWhenIdle = true;
      made = 0;
      protected createMessageData(): number {
        return ++this.made;
      }
    }
    const started = await start({ providers: [EagerSender] });
    const sender = started.app.get(EagerSender);
    await sender.send();
    await sender.send();
    expect(sender.made).toBe(2);
    const peer = await subscribed(started, 'eager');
    await sender.send();
    expect((await peer.next()).data).toBe(3);
  });

  it('throws where it is called when createMessageData throws', async () => {
    const started = await start({ providers: [BrokenSender] });
    const peer = await subscribed(started, 'broken');
    const sender = started.app.get(BrokenSender);
    expect(() => void sender.send('throw')).toThrow('broken on purpose');
    expect(await peer.barrier()).toEqual([]);
  });

  it('rejects, and logs, when createMessageData rejects', async () => {
    const started = await start({ providers: [BrokenSender] });
    const peer = await subscribed(started, 'broken');
    await expect(started.app.get(BrokenSender).send('reject')).rejects.toThrow('broken on purpose');
    expect(started.log.errors.join()).toContain('broken on purpose');
    expect(started.log.errors.join()).toContain('BrokenSender');
    expect(await peer.barrier()).toEqual([]);
  });

  it('that nobody awaits does not end the process when it fails, but is logged', async () => {
    const started = await start({ providers: [BrokenSender, NewsSender] });
    const peer = await subscribed(started, 'broken', 'news');
    void started.app.get(BrokenSender).send('reject');
    await expect.poll(() => started.log.errors.length).toBe(1);
    await started.app.get(NewsSender).send('still here');
    expect(await eventsSoFar(peer)).toEqual(['news']);
  });

  it('fails for a payload that JSON cannot hold, and for nobody else', async () => {
    @Injectable()
    class BigSender extends AbstractSender {
      readonly event = 'big';
      protected createMessageData(): unknown {
        return { n: 1n };
      }
    }
    const started = await start({ providers: [BigSender] });
    const peer = await subscribed(started, 'big');
    expect(() => void started.app.get(BigSender).send()).toThrow(TypeError);
    expect(await peer.barrier()).toEqual([]);
  });

  it('that fails inside of a handler fails that message only', async () => {
    @WebSocketGateway()
    class PublishGateway {
      constructor(private readonly sender: BrokenSender) {}
      @OnEvent('publish') async publish(_client: BounceSocket, kind: 'throw' | 'reject') {
        await this.sender.send(kind);
      }
    }
    const started = await start({ providers: [BrokenSender, PublishGateway] });
    const peer = await subscribed(started, 'broken');
    for (const kind of ['throw', 'reject']) {
      expect((await peer.request('publish', { kind })).data).toMatchObject({
        code: 'internal_error',
      });
    }
    expect(JSON.stringify(await peer.barrier())).not.toContain('on purpose');
  });

  it('of a sender that no module provides says what to do', async () => {
    await start({ providers: [NewsSender] });
    expect(() => void new NewsSender().send('x')).toThrow(/NewsSender.*providers/);
  });

  it('works in an app that has no gateway', async () => {
    const started = await start({ providers: [NewsSender] });
    const { peer } = await connectBoth(started);
    await peer.request('subscribe', { events: ['news'] });
    await started.app.get(NewsSender).send('hello');
    expect((await peer.next()).event).toBe('news');
  });

  it('keeps the order of emits, broadcasts and senders to one client', async () => {
    const started = await start({ providers: [NewsSender] });
    const [alice] = await connectMany(started, 1);
    await alice!.peer.request('subscribe', { events: ['news'] });
    alice!.socket.emit('one');
    void started.app.get(NewsSender).send('two');
    alice!.socket.emit('three');
    expect(await eventsSoFar(alice!.peer)).toEqual(['one', 'news', 'three']);
  });
});
