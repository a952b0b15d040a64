import { describe, expect, it, vi } from 'vitest';
import { BounceWsError } from '../../../lib/client/index.js';
import { changeTo, ClientFixture, reportedError } from './client-fixture.js';

describe('a request', () => {
  const fixture = new ClientFixture();

  it('resolves with the data of its ack, in whatever order acks come', async () => {
    const [client, peer] = await fixture.pair();
    const first = client.request('add', { a: 1, b: 2 });
    const second = client.request('rooms');
    const [add, rooms] = [await peer.next(), await peer.next()];
    expect(add).toMatchObject({ event: 'add', data: { a: 1, b: 2 }, id: expect.any(Number) });
    peer.ack(rooms, ['general']);
    peer.ack(add, 3);
    expect(await Promise.all([first, second])).toEqual([3, ['general']]);
  });

  it("rejects with the server's code and details", async () => {
    const [client, peer] = await fixture.pair();
    const answer = client.request('add', { a: 1 });
    const details = { fields: [{ field: 'b', reason: 'is required' }] };
    peer.refuse(await peer.next(), 'invalid_payload', details);
    await expect(answer).rejects.toBeInstanceOf(BounceWsError);
    await expect(answer).rejects.toMatchObject({ code: 'invalid_payload', details });
  });

  it('treats a code it does not know like internal_error', async () => {
    const [client, peer] = await fixture.pair();
    const answer = client.request('add');
    peer.refuse(await peer.next(), 'from_the_future');
    await expect(answer).rejects.toMatchObject({
      code: 'internal_error',
      message: 'text of from_the_future (event "add")',
    });
  });

  it('takes a pong for the answer to a ping', async () => {
    const [client, peer] = await fixture.pair();
    const answer = client.request('ping', 'are you there?');
    const ping = await peer.next();
    peer.send('pong', ping.data, ping.id);
    expect(await answer).toBe('are you there?');
  });

  it('rejects when no answer comes in time, and ignores the late one', async () => {
    const [client, peer] = await fixture.pair();
    const answer = client.request('slow', {}, { timeoutMs: 20 });
    await expect(answer).rejects.toMatchObject({ code: 'timeout' });
    peer.ack(await peer.next(), 'late');
    const next = client.request('echo');
    peer.ack(await peer.next(), 'in time');
    expect(await next).toBe('in time');
  });

  it('waits for ever when told to', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    try {
      const [client, peer] = await fixture.pair({ heartbeat: false });
      const answer = client.request('slow', {}, { timeoutMs: Infinity });
      const request = await peer.next();
      vi.advanceTimersByTime(2 ** 31);
      peer.ack(request, 'at last');
      expect(await answer).toBe('at last');
    } finally {
      vi.useRealTimers();
    }
  });

  it('waits 10 seconds unless the client or the request says otherwise', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    try {
      const [client] = await fixture.pair();
      const answer = client.request('slow');
      answer.catch(() => undefined);
      vi.advanceTimersByTime(9_999);
      const outcome = vi.fn();
      answer.catch(outcome);
      await Promise.resolve();
      expect(outcome).not.toHaveBeenCalled();
      vi.advanceTimersByTime(1);
      await expect(answer).rejects.toMatchObject({ code: 'timeout' });
    } finally {
      vi.useRealTimers();
    }
  });

  it("rejects with the signal's reason when that aborts", async () => {
    const [client, peer] = await fixture.pair();
    const giveUp = new AbortController();
    const answer = client.request('slow', {}, { signal: giveUp.signal });
    await peer.next();
    giveUp.abort(new Error('changed my mind'));
    await expect(answer).rejects.toThrow('changed my mind');
  });

  it('is not even sent when the signal has aborted before', async () => {
    const [client, peer] = await fixture.pair();
    const answer = client.request('slow', {}, { signal: AbortSignal.abort() });
    await expect(answer).rejects.toMatchObject({ name: 'AbortError' });
    client.emit('next');
    expect((await peer.next()).event).toBe('next');
  });

  it('rejects when the connection is lost before the answer, and is not sent again', async () => {
    const [client, peer] = await fixture.pair();
    const answer = client.request('add', { a: 1, b: 2 });
    await peer.next();
    peer.drop();
    await expect(answer).rejects.toMatchObject({ code: 'unavailable' });
    const again = await fixture.server.accept();
    await changeTo(client, 'connected');
    client.emit('next');
    expect((await again.next()).event).toBe('next');
  });

  it('rejects on what JSON cannot hold', async () => {
    const [client] = await fixture.pair();
    await expect(client.request('a', 1n)).rejects.toThrow(TypeError);
  });

  it('delivers the items of a stream to the handlers of the event', async () => {
    const [client, peer] = await fixture.pair();
    const items: unknown[] = [];
    client.on('count', (item) => items.push(item));
    const answer = client.request('count', { to: 2 });
    const request = await peer.next();
    peer.send('count', 1, request.id);
    peer.send('count', 2, request.id);
    peer.ack(request);
    expect(await answer).toBeNull();
    expect(items).toEqual([1, 2]);
  });
});

describe('a request of the server', () => {
  const fixture = new ClientFixture();

  it('is answered with what the handler returns or resolves to', async () => {
    const [client, peer] = await fixture.pair();
    client.handle('question', ({ text }: { text: string }) => `${text}: yes`);
    client.handle('later', () => Promise.resolve({ ok: true }));
    peer.send('question', { text: 'Are you there?' }, 's1');
    expect(await peer.next()).toEqual({ event: 'ack', id: 's1', data: 'Are you there?: yes' });
    peer.send('later', {}, 's2');
    expect(await peer.next()).toEqual({ event: 'ack', id: 's2', data: { ok: true } });
  });

  it('is answered with null by a handler that returns nothing', async () => {
    const [client, peer] = await fixture.pair();
    client.handle('note', () => undefined);
    peer.send('note', {}, 's1');
    expect(await peer.next()).toEqual({ event: 'ack', id: 's1', data: null });
  });

  it('is refused as unknown_event when nobody handles it, also once the handler is gone', async () => {
    const [client, peer] = await fixture.pair();
    const takeBack = client.handle('question', () => 'yes');
    takeBack();
    peer.send('question', {}, 's1');
    expect(await peer.next()).toEqual({
      event: 'ack',
      id: 's1',
      error: { code: 'unknown_event', message: 'The event is unknown' },
    });
  });

  it("is refused with the code of the handler's BounceWsError", async () => {
    const [client, peer] = await fixture.pair();
    client.handle('question', () => {
      throw new BounceWsError('forbidden', 'My own business');
    });
    peer.send('question', {}, 's1');
    expect(await peer.next()).toMatchObject({
      error: { code: 'forbidden', message: 'The operation is not allowed' },
    });
  });

  it('learns nothing about another error, which is reported here', async () => {
    const [client, peer] = await fixture.pair();
    client.handle('question', () => {
      throw new Error('the password is secret');
    });
    const error = reportedError(client);
    peer.send('question', {}, 's1');
    expect((await peer.next()).error).toEqual({
      code: 'internal_error',
      message: 'Internal server error',
    });
    expect(await error).toEqual(new Error('the password is secret'));
  });
});
