import { describe, expect, it, vi } from 'vitest';
import { BounceWsError } from '../../../lib/client/index.js';
import { ClientFixture, nextData, reportedError } from './client-fixture.js';

describe('events of the server', () => {
  const fixture = new ClientFixture();

  it('reach every handler of the event with the data and the whole message', async () => {
    const [client, peer] = await fixture.pair();
    const first = vi.fn();
    const second = nextData(client, 'announce');
    client.on('announce', first);
    peer.send('announce', { text: 'hello' });
    expect(await second).toEqual({ text: 'hello' });
    expect(first).toHaveBeenCalledExactlyOnceWith(
      { text: 'hello' },
      { event: 'announce', data: { text: 'hello' }, timestamp: '2026-11-20T12:00:00.123' },
    );
  });

  it('reach onAny whatever their name', async () => {
    const [client, peer] = await fixture.pair();
    const seen: unknown[] = [];
    client.onAny((event, data) => seen.push([event, data]));
    peer.send('a', 1);
    peer.send('toString', 2);
    peer.send('end');
    await nextData(client, 'end');
    expect(seen).toEqual([
      ['a', 1],
      ['toString', 2],
      ['end', {}],
    ]);
  });

  it('reach a once handler once', async () => {
    const [client, peer] = await fixture.pair();
    const once = vi.fn();
    client.once('tick', once);
    peer.send('tick', 1);
    peer.send('tick', 2);
    peer.send('end');
    await nextData(client, 'end');
    expect(once.mock.calls.map(([data]) => data as unknown)).toEqual([1]);
  });

  it('no longer reach handlers that were removed, one by one, by event, or all', async () => {
    const [client, peer] = await fixture.pair();
    const calls: string[] = [];
    const note = (name: string) => () => calls.push(name);
    const byReference = note('by reference');
    client.on('a', byReference);
    client.on('a', note('stays'));
    const takeBack = client.on('a', note('by its own function'));
    client.on('b', note('by event'));
    client.off('a', byReference);
    client.off('b');
    takeBack();
    takeBack();
    peer.send('a');
    peer.send('b');
    peer.send('end');
    await nextData(client, 'end');
    expect(calls).toEqual(['stays']);

    client.onAny(note('any'));
    client.off();
    peer.send('a');
    peer.send('end');
    await nextData(client, 'end');
    expect(calls).toEqual(['stays']);
  });

  it('reach the other handlers, and later messages theirs, when a handler throws or rejects', async () => {
    const [client, peer] = await fixture.pair();
    const errors: unknown[] = [];
    client.onError((error) => errors.push(error));
    client.on('a', () => {
      throw new Error('thrown');
    });
    client.on('a', () => Promise.reject(new Error('rejected')));
    const calm = vi.fn();
    client.on('a', calm);
    peer.send('a');
    peer.send('end');
    await nextData(client, 'end');
    expect(calm).toHaveBeenCalledOnce();
    expect(errors).toEqual([new Error('thrown'), new Error('rejected')]);
    expect(client.state).toBe('connected');
  });

  it('may change who listens while they are being handed out', async () => {
    const [client, peer] = await fixture.pair();
    const late = vi.fn();
    client.on('a', () => {
      client.off('a');
      client.on('a', late);
    });
    const second = vi.fn();
    client.on('a', second);
    peer.send('a');
    peer.send('end');
    await nextData(client, 'end');
    expect(second).toHaveBeenCalledOnce();
    expect(late).not.toHaveBeenCalled();
  });

  it('cannot fake a connect or a disconnect', async () => {
    const [client, peer] = await fixture.pair();
    const faked = vi.fn();
    client.on('connect', faked);
    client.on('disconnect', faked);
    peer.send('connect');
    peer.send('disconnect', { code: 1000, reason: '' });
    peer.send('end');
    await nextData(client, 'end');
    expect(faked).not.toHaveBeenCalled();
  });

  it('are reported, and harm nothing, when they cannot be read', async () => {
    const [client, peer] = await fixture.pair();
    const codes: unknown[] = [];
    client.onError((error) => codes.push((error as BounceWsError).code));
    for (const frame of ['{', 'null', '[]', '{"event":7}', '{"event":"a","id":{}}']) {
      peer.sendRaw(frame);
    }
    peer.send('end');
    await nextData(client, 'end');
    expect(codes).toEqual([
      'bad_json',
      'bad_envelope',
      'bad_envelope',
      'bad_envelope',
      'bad_envelope',
    ]);
  });
});

describe('an error of the server that belongs to no request', () => {
  const fixture = new ClientFixture();

  it('goes to the handlers of error', async () => {
    const [client, peer] = await fixture.pair();
    client.emit('nonsense');
    const error = nextData(client, 'error');
    peer.refuse(await peer.next(), 'unknown_event');
    expect(await error).toMatchObject({ code: 'unknown_event', event: 'nonsense' });
  });

  it('is reported when there is none', async () => {
    const [client, peer] = await fixture.pair();
    client.emit('nonsense');
    const error = reportedError(client);
    peer.refuse(await peer.next(), 'unknown_event');
    expect(await error).toBeInstanceOf(BounceWsError);
    expect(await error).toMatchObject({
      code: 'unknown_event',
      message: 'text of unknown_event (event "nonsense")',
    });
  });

  it('goes to the console when nobody listens at all', async () => {
    const [client, peer] = await fixture.pair();
    const console_ = vi.spyOn(console, 'error').mockImplementation(() => undefined);
    peer.send('error', { code: 'rate_limited', message: 'Too many messages' });
    peer.send('end');
    await nextData(client, 'end');
    expect(console_).toHaveBeenCalledExactlyOnceWith(
      '[bounce-ws]',
      expect.objectContaining({ code: 'rate_limited' }),
    );
    console_.mockRestore();
  });
});

describe('emit', () => {
  const fixture = new ClientFixture();

  it('sends the envelope with a timestamp in UTC without offset', async () => {
    const [client, peer] = await fixture.pair();
    client.emit('announce', { text: 'hello' });
    const frame = await peer.next();
    expect(frame).toEqual({
      event: 'announce',
      data: { text: 'hello' },
      timestamp: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}$/),
    });
    expect(Math.abs(Date.parse(`${frame.timestamp}Z`) - Date.now())).toBeLessThan(5_000);
  });

  it('leaves data out when there is none', async () => {
    const [client, peer] = await fixture.pair();
    client.emit('rooms');
    expect(Object.keys(await peer.next())).toEqual(['event', 'timestamp']);
  });

  it.each([[''], ['x'.repeat(129)], ['a\nb'], ['\ud800'], [7 as unknown as string]])(
    'throws on %j, which is no event name',
    async (event) => {
      const [client] = await fixture.pair();
      expect(() => client.emit(event)).toThrow(expect.objectContaining({ code: 'bad_envelope' }));
    },
  );

  it('throws on what JSON cannot hold, and goes on', async () => {
    const [client, peer] = await fixture.pair();
    expect(() => client.emit('a', 1n)).toThrow(TypeError);
    client.emit('b');
    expect((await peer.next()).event).toBe('b');
  });
});
