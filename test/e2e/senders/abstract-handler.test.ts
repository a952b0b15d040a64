import { Injectable } from '@nestjs/common';
import { AbstractHandler, AbstractSender, BounceSocket, BounceWsError } from 'bounce-ws';
import { of } from 'rxjs';
import { describe, expect, it } from 'vitest';
import { expectNoUnhandledErrors } from '../../support/unhandled.js';
import { eventsSoFar, useApps } from '../../support/use-apps.js';
import { WsPeer } from '../../support/ws-peer.js';

const start = useApps();
expectNoUnhandledErrors();

@Injectable()
class ListSender extends AbstractSender<readonly string[]> {
  readonly event = 'list';
  readonly items: string[] = [];
  protected createMessageData(): readonly string[] {
    return [...this.items];
  }
}

@Injectable()
class BrokenSender extends AbstractSender<never> {
  readonly event = 'broken';
  protected createMessageData(): never {
    throw new Error('broken on purpose');
  }
}

@Injectable()
class AddHandler extends AbstractHandler<{ item: string }> {
  readonly event = 'add';
  constructor(override readonly callbackSender: ListSender) {
    super();
  }
  handle(client: BounceSocket, { item }: { item: string }) {
    if (item === 'forbidden') throw new BounceWsError('forbidden');
    this.callbackSender.items.push(item);
    return { added: item, by: client.id };
  }
}

@Injectable()
class AddLaterHandler extends AbstractHandler<{ item: string }> {
  readonly event = 'add_later';
  constructor(override readonly callbackSender: ListSender) {
    super();
  }
  async handle(_client: BounceSocket, { item }: { item: string }): Promise<string> {
    await new Promise(setImmediate);
    if (item === 'forbidden') throw new BounceWsError('forbidden');
    this.callbackSender.items.push(item);
    return item;
  }
}

@Injectable()
class PlainHandler extends AbstractHandler {
  readonly event = 'plain';
  handle(_client: BounceSocket, data: unknown): unknown {
    return data;
  }
}

@Injectable()
class StreamHandler extends AbstractHandler {
  readonly event = 'stream';
  handle(): unknown {
    return of(1, 2, 3);
  }
}

@Injectable()
class UnluckyHandler extends AbstractHandler {
  readonly event = 'unlucky';
  constructor(override readonly callbackSender: BrokenSender) {
    super();
  }
  handle(): string {
    return 'handled';
  }
}

const PROVIDERS = [
  ListSender,
  BrokenSender,
  AddHandler,
  AddLaterHandler,
  PlainHandler,
  StreamHandler,
  UnluckyHandler,
];

describe('AbstractHandler', () => {
  it('handles its event with the client and the whole payload, and answers what it returns', async () => {
    const { url } = await start({ providers: PROVIDERS });
    const peer = await WsPeer.connect(url);
    expect((await peer.request('plain', { a: [1] })).data).toEqual({ a: [1] });
    expect((await peer.request('plain', 'text')).data).toBe('text');
    expect((await peer.request('plain')).data).toEqual({});
    expect((await peer.request('add', { item: 'tea' })).data).toMatchObject({ added: 'tea' });
    peer.send('stream', {}, { id: 1 });
    expect([(await peer.next()).data, (await peer.next()).data]).toEqual([1, 2]);
  });

  it.each(['add', 'add_later'])(
    'has its callback sender send to the subscribers after it succeeded (%s)',
    async (event) => {
      const { url } = await start({ providers: PROVIDERS });
      const author = await WsPeer.connect(url);
      const reader = await WsPeer.connect(url);
      await reader.request('subscribe', { events: ['list'] });
      await author.request(event, { item: 'tea' });
      expect((await reader.next()).data).toEqual(['tea']);
      author.send(event, { item: 'cake' });
      expect((await reader.next()).data).toEqual(['tea', 'cake']);
      expect(await eventsSoFar(author)).not.toContain('list');
    },
  );

  it.each(['add', 'add_later'])('has it send nothing when it failed (%s)', async (event) => {
    const { url } = await start({ providers: PROVIDERS });
    const peer = await WsPeer.connect(url);
    await peer.request('subscribe', { events: ['list'] });
    expect((await peer.request(event, { item: 'forbidden' })).data).toMatchObject({
      code: 'forbidden',
    });
    expect(await peer.barrier()).toEqual([]);
  });

  it('whose callback sender fails is logged, tells the client nothing, and the next message is handled', async () => {
    const { url, log } = await start({ providers: PROVIDERS });
    const peer = await WsPeer.connect(url);
    await peer.request('subscribe', { events: ['broken'] });
    expect(JSON.stringify(await peer.request('unlucky'))).not.toContain('on purpose');
    await expect.poll(() => log.errors.join()).toContain('broken on purpose');
    expect((await peer.request('plain', 1)).data).toBe(1);
  });

  it('is a duplicate like any other: the boot fails and names both', async () => {
    @Injectable()
    class OtherPlainHandler extends PlainHandler {}
    const failing = start({ providers: [PlainHandler, OtherPlainHandler] });
    await expect(failing).rejects.toThrow(/PlainHandler/);
    await expect(failing).rejects.toThrow(/OtherPlainHandler/);
    await expect(failing).rejects.toThrow(/"plain"/);
  });

  it('cannot have a reserved name', async () => {
    @Injectable()
    class SubscribeHandler extends AbstractHandler {
      readonly event = 'subscribe';
      handle(): void {
        // Never reached.
      }
    }
    await expect(start({ providers: [SubscribeHandler] })).rejects.toThrow(/SubscribeHandler/);
  });

  it('is on every endpoint of the module', async () => {
    const { url } = await start({
      providers: [PlainHandler],
      options: { endpoints: [{ path: '/a' }, { path: '/b' }] },
    });
    for (const path of ['/a', '/b']) {
      const peer = await WsPeer.connect(url + path);
      expect((await peer.request('plain', path)).data).toBe(path);
    }
  });
});
