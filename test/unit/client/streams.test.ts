import { describe, expect, it } from 'vitest';
import { ClientFixture } from './client-fixture.js';

async function collect(items: AsyncIterable<unknown>, into: unknown[] = []): Promise<unknown[]> {
  for await (const item of items) into.push(item);
  return into;
}

describe('a stream', () => {
  const fixture = new ClientFixture();

  it('yields the items in order and ends with the ack', async () => {
    const [client, peer] = await fixture.pair();
    const items = collect(client.stream('count', { to: 3 }));
    const request = await peer.next();
    expect(request).toMatchObject({ event: 'count', data: { to: 3 } });
    for (const n of [1, 2, 3]) peer.send('count', n, request.id);
    peer.ack(request);
    expect(await items).toEqual([1, 2, 3]);
  });

  it('throws the error of the server after the items before it', async () => {
    const [client, peer] = await fixture.pair();
    const seen: unknown[] = [];
    const items = collect(client.stream('count'), seen);
    const request = await peer.next();
    peer.send('count', 1, request.id);
    peer.refuse(request, 'internal_error');
    await expect(items).rejects.toMatchObject({ code: 'internal_error' });
    expect(seen).toEqual([1]);
  });

  it('is cancelled on the server when the loop is left, and what still comes is for nobody', async () => {
    const [client, peer] = await fixture.pair();
    const others: unknown[] = [];
    client.on('count', (item) => others.push(item));
    const loop = (async () => {
      for await (const item of client.stream('count')) return item;
      return undefined;
    })();
    const request = await peer.next();
    peer.send('count', 1, request.id);
    expect(await loop).toBe(1);
    expect(await peer.next()).toEqual({ event: 'cancel', data: { id: request.id } });
    peer.send('count', 2, request.id);
    const sync = client.request('sync');
    peer.ack(await peer.next());
    await sync;
    expect(others).toEqual([]);
  });

  it('ends when the connection does', async () => {
    const [client, peer] = await fixture.pair();
    const items = collect(client.stream('count'));
    await peer.next();
    peer.drop();
    await expect(items).rejects.toMatchObject({ code: 'unavailable' });
  });

  it('is never sent when it is left before there was a connection', async () => {
    const client = fixture.client({ autoConnect: false });
    const stream = client.stream('count');
    await stream.return?.();
    expect(await stream.next()).toEqual({ value: undefined, done: true });
    client.emit('next');
    void client.connect();
    expect((await (await fixture.server.accept()).next()).event).toBe('next');
  });

  it('can be read by hand, ahead of the items and after the end', async () => {
    const [client, peer] = await fixture.pair();
    const stream = client.stream('count');
    const [first, second] = [stream.next(), stream.next()];
    const request = await peer.next();
    peer.send('count', 1, request.id);
    expect(await first).toEqual({ value: 1, done: false });
    peer.ack(request);
    expect(await second).toEqual({ value: undefined, done: true });
    expect(await stream.next()).toEqual({ value: undefined, done: true });
  });
});
