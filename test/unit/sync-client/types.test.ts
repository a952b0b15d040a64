import { describe, expectTypeOf, it } from 'vitest';
import type { ReceivedMessage, SyncBounceClient } from '../../../lib/sync-client/index.js';

interface ServerEvents {
  announce: { text: string; channel: string };
  tick: number;
  question: (data: { text: string }) => string;
}

interface ClientEvents {
  say: { text: string };
  leave: undefined;
  filter: { tag?: string };
  add: (data: { a: number; b: number }) => number;
  rooms: () => string[];
}

type Typed = SyncBounceClient<ServerEvents, ClientEvents>;

// Never called: what counts is that it compiles, and that the marked lines do not.
export function typedClient(client: Typed): void {
  client.on('announce', ({ text, channel }) => text + channel);
  client.on('error', ({ code, details }) => [code, details]);
  client.on('disconnect', ({ code, reason }) => [code, reason]);
  client.off('tick');
  client.handle('question', ({ text }) => text);
  client.emit('say', { text: 'hello' });
  client.emit('leave');
  client.emit('filter');
  client.request('add', { a: 1, b: 2 }, { timeoutMs: 100 }).toFixed();
  client.request('rooms')[0]?.length.toFixed();
  client.subscribe('tick', '*');
  for (const n of client.stream('add', { a: 1, b: 2 })) n.toFixed();
  // oxlint-disable-next-line unicorn/prefer-add-event-listener -- there is none
  client.onmessage = ({ data }) => data.length;
  // @ts-expect-error -- no such event
  client.on('anounce', () => undefined);
  // @ts-expect-error -- the data has no such field
  client.on('announce', ({ txt }) => txt);
  // @ts-expect-error -- the answer must be a string
  client.handle('question', () => 7);
  // @ts-expect-error -- an answer cannot be waited for
  client.handle('question', () => Promise.resolve('late'));
  // @ts-expect-error -- the client has no such event
  client.emit('announce', { text: 'hello', channel: 'general' });
  // @ts-expect-error -- the data is missing
  client.emit('say');
  // @ts-expect-error -- a field is missing
  client.request('add', { a: 1 });
  // @ts-expect-error -- no such event
  client.subscribe('tock');
  // @ts-expect-error -- neither text nor bytes
  client.send({ event: 'say' });
}

export function untypedClient(client: SyncBounceClient): void {
  client.on('anything', (data) => expectTypeOf(data).toBeUnknown());
  client.on('welcome', ({ id }: { id: string }) => id);
  client.emit('anything', { at: 'all' });
  expectTypeOf(client.request('anything')).toBeUnknown();
  const message = client.receive();
  if (message?.event === 'clock') expectTypeOf(message.data).toBeUnknown();
}

describe('the types of a synchronous client', () => {
  it('tell the messages apart by their event', () => {
    const read = (message: ReceivedMessage<ServerEvents>): unknown => {
      if (message.event === undefined) {
        expectTypeOf(message.data).toEqualTypeOf<string | Uint8Array>();
      } else {
        expectTypeOf(message.raw).toBeString();
      }
      if (message.event === 'tick') expectTypeOf(message.data).toBeNumber();
      if (message.event === 'error') expectTypeOf(message.data.message).toBeString();
      return message;
    };
    expectTypeOf(read).toBeFunction();
  });

  it('let a message be missing', () => {
    expectTypeOf<Typed['receive']>().returns.toEqualTypeOf<ReceivedMessage<ServerEvents> | null>();
  });
});
