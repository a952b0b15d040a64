import { Injectable } from '@nestjs/common';
import { AbstractSender, SenderRegistry } from 'bounce-ws';
import { describe, expect, it } from 'vitest';
import { hostileModule, useHostileApp } from './support/hostile-app.js';

const SENDERS = 130;
const eventOf = (n: number): string => `sender-${n}`;
/** The events of the senders from one number up to, and without, another. */
const events = (from: number, to: number): string[] =>
  Array.from({ length: to - from }, (_value, index) => eventOf(from + index));

class NumberedSender extends AbstractSender<{ n: number }> {
  readonly event: string;

  constructor(private readonly n: number) {
    super();
    this.event = eventOf(n);
  }

  protected createMessageData() {
    return { n: this.n };
  }
}

@Injectable()
class ManySenders {
  readonly all = Array.from({ length: SENDERS }, (_value, n) => new NumberedSender(n));

  constructor(registry: SenderRegistry) {
    for (const sender of this.all) registry.register(sender, `sender ${sender.event}`);
  }
}

const hostile = useHostileApp({ module: hostileModule([ManySenders]) });

const tooMany = (limit: string, max: number) => ({
  event: 'error',
  data: { code: 'limit_exceeded', details: { limit, max } },
});

describe('the 129th', () => {
  it('subscription is refused, and the first 128 work', async () => {
    const peer = await hostile.connect();
    const subscribe = (names: string[]) => peer.request('subscribe', { events: names });
    expect((await subscribe(events(0, 100))).event).toBe('ack');
    expect((await subscribe(events(100, 128))).event).toBe('ack');
    const refused = tooMany('subscriptionsPerConnection', 128);
    expect(await subscribe([eventOf(128)])).toMatchObject(refused);
    // Whole, or not at all: those that it has already do not help.
    expect(await subscribe([...events(0, 50), eventOf(128)])).toMatchObject(refused);
    expect(await subscribe(events(120, 130))).toMatchObject(refused);
    expect((await subscribe(events(28, 128))).event).toBe('ack');
    for (const sender of hostile.app.get(ManySenders).all) await sender.send();
    expect((await peer.barrier()).map(({ event }) => event)).toEqual(events(0, 128));
    // There is room for another when one has gone.
    await peer.request('unsubscribe', { events: [eventOf(0)] });
    expect((await subscribe([eventOf(128)])).event).toBe('ack');
    expect(await subscribe([eventOf(0)])).toMatchObject(refused);
  });

  it('room is refused, and the first 128 work', async () => {
    const [peer, other] = [await hostile.connect(), await hostile.connect()];
    for (let n = 0; n < 128; n++) peer.send('join', { room: `r${n}` });
    const refused = tooMany('roomsPerConnection', 128);
    expect(await peer.request('join', { room: 'r128' })).toMatchObject(refused);
    // Being in one of them already is no error.
    expect((await peer.request('join', { room: 'r127' })).event).toBe('ack');
    expect((await peer.request('rooms')).data).toHaveLength(128);
    for (let n = 0; n <= 128; n++) other.send('say', { room: `r${n}`, text: 'hello' });
    await other.request('rooms');
    expect((await peer.barrier()).map(({ data }) => (data as { room: string }).room)).toEqual(
      Array.from({ length: 128 }, (_value, n) => `r${n}`),
    );
    await peer.request('leave', { room: 'r0' });
    expect((await peer.request('join', { room: 'r128' })).event).toBe('ack');
    expect(await peer.request('join', { room: 'r0' })).toMatchObject(refused);
  });
});
