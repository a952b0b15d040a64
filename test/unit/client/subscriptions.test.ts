import { describe, expect, it, vi } from 'vitest';
import type { BounceWsError } from '../../../lib/client/index.js';
import type { ClientFrame, FakePeer } from '../../support/fake-server.js';
import { changeTo, ClientFixture } from './client-fixture.js';

/** Takes the next message, which must be about subscriptions, and acks it. */
async function ackNext(peer: FakePeer, events: readonly string[]): Promise<ClientFrame> {
  const frame = await peer.next();
  peer.ack(frame, { events });
  return frame;
}

describe('subscribe', () => {
  const fixture = new ClientFixture();

  it('resolves with the list of the server', async () => {
    const [client, peer] = await fixture.pair();
    const list = client.subscribe('news', 'clock');
    expect(await ackNext(peer, ['clock', 'news'])).toMatchObject({
      event: 'subscribe',
      data: { events: ['news', 'clock'] },
      id: expect.any(Number),
    });
    expect(await list).toEqual(['clock', 'news']);
  });

  it('is repeated in one message on every new connection', async () => {
    const [client, peer] = await fixture.pair();
    void client.subscribe('clock');
    await ackNext(peer, ['clock']);
    void client.subscribe('news', 'fast');
    await ackNext(peer, ['clock', 'fast', 'news']);
    void client.unsubscribe('fast');
    expect(await ackNext(peer, ['clock', 'news'])).toMatchObject({ event: 'unsubscribe' });
    peer.drop();
    const again = await fixture.server.accept();
    expect(await ackNext(again, ['clock', 'news'])).toMatchObject({
      event: 'subscribe',
      data: { events: ['clock', 'news'] },
    });
    client.emit('end');
    expect((await again.next()).event).toBe('end');
  });

  it('repeats the wildcard with its exceptions', async () => {
    const [client, peer] = await fixture.pair();
    void client.subscribe('*');
    await ackNext(peer, ['*', 'clock', 'fast']);
    void client.unsubscribe('fast');
    await ackNext(peer, ['*', 'clock']);
    peer.drop();
    const again = await fixture.server.accept();
    expect(await again.next()).toMatchObject({ event: 'subscribe', data: { events: ['*'] } });
    expect(await again.next()).toMatchObject({ event: 'unsubscribe', data: { events: ['fast'] } });
  });

  it('waits for the connection when there is none', async () => {
    const client = fixture.client({ autoConnect: false });
    const list = client.subscribe('clock');
    void client.connect();
    await ackNext(await fixture.server.accept(), ['clock']);
    expect(await list).toEqual(['clock']);
  });

  it('resolves on the next connection when this one breaks before the ack', async () => {
    const [client, peer] = await fixture.pair();
    const list = client.subscribe('clock');
    await peer.next();
    peer.drop();
    const second = await fixture.server.accept();
    await second.next();
    second.drop();
    await ackNext(await fixture.server.accept(), ['clock']);
    expect(await list).toEqual(['clock']);
  });

  it('rejects and reports a refusal, and does not repeat what was refused', async () => {
    const [client, peer] = await fixture.pair();
    const report = vi.fn();
    client.onError(report);
    void client.subscribe('clock');
    await ackNext(peer, ['clock']);
    const list = client.subscribe('clock', 'typo');
    peer.refuse(await peer.next(), 'unknown_event', { events: ['typo'] });
    await expect(list).rejects.toMatchObject({
      code: 'unknown_event',
      details: { events: ['typo'] },
    });
    expect(report).toHaveBeenCalledOnce();
    peer.drop();
    const again = await fixture.server.accept();
    expect((await again.next()).data).toEqual({ events: ['clock'] });
  });

  it('may be left alone: an ignored refusal is no unhandled rejection', async () => {
    const unhandled = vi.fn();
    process.on('unhandledRejection', unhandled);
    const [client, peer] = await fixture.pair();
    const reported = new Promise((resolve) => {
      client.onError(resolve);
    });
    void client.subscribe('typo');
    peer.refuse(await peer.next(), 'unknown_event', { events: ['typo'] });
    await reported;
    await new Promise(setImmediate);
    process.off('unhandledRejection', unhandled);
    expect(unhandled).not.toHaveBeenCalled();
  });

  it('keeps the other events when one of them is gone after a reconnect', async () => {
    const client = fixture.client({ autoConnect: false });
    const errors: BounceWsError[] = [];
    client.onError((error) => errors.push(error as BounceWsError));
    const kept = client.subscribe('clock', 'news');
    const gone = client.subscribe('old');
    void client.connect();
    const peer = await fixture.server.accept();
    peer.refuse(await peer.next(), 'unknown_event', { events: ['old'] });
    expect((await ackNext(peer, ['clock', 'news'])).data).toEqual({ events: ['clock', 'news'] });
    expect(await kept).toEqual(['clock', 'news']);
    await expect(gone).rejects.toMatchObject({ code: 'unknown_event' });
    expect(errors.map(({ code }) => code)).toEqual(['unknown_event']);
  });

  it('does not ask for ever when the server refuses without saying which', async () => {
    const client = fixture.client({ autoConnect: false });
    const report = vi.fn();
    client.onError(report);
    const list = client.subscribe('clock');
    void client.connect();
    const peer = await fixture.server.accept();
    peer.refuse(await peer.next(), 'forbidden');
    await expect(list).rejects.toMatchObject({ code: 'forbidden' });
    expect(report).toHaveBeenCalledOnce();
  });

  it('keeps an event whose subscription was not answered in time', async () => {
    const [client, peer] = await fixture.pair({ requestTimeoutMs: 20 });
    client.onError(() => undefined);
    await expect(client.subscribe('clock')).rejects.toMatchObject({ code: 'timeout' });
    peer.drop();
    expect((await (await fixture.server.accept()).next()).data).toEqual({ events: ['clock'] });
  });

  it('rejects when the client is closed, and is still wanted when it is opened again', async () => {
    const [client, peer] = await fixture.pair();
    const list = client.subscribe('clock');
    await peer.next();
    client.close();
    await expect(list).rejects.toMatchObject({ code: 'unavailable' });
    const back = changeTo(client, 'connected');
    void client.connect();
    const again = await fixture.server.accept();
    await back;
    expect((await again.next()).data).toEqual({ events: ['clock'] });
  });
});
