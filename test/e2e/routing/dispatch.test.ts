import type { Socket } from 'node:net';
import {
  type CallHandler,
  type ExecutionContext,
  type NestInterceptor,
  UseInterceptors,
} from '@nestjs/common';
import { WebSocketGateway } from '@nestjs/websockets';
import { type BounceSocket, BounceWsError, OnEvent } from 'bounce-ws';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { type Deferred, deferred } from '../../support/deferred.js';
import { expectNoUnhandledErrors } from '../../support/unhandled.js';
import { connectBoth, connectMany, useApps } from '../../support/use-apps.js';
import { WsPeer } from '../../support/ws-peer.js';

class PassInterceptor implements NestInterceptor {
  intercept(_context: ExecutionContext, next: CallHandler) {
    return next.handle();
  }
}

const steps: string[] = [];
const gates = new Map<string, Deferred<unknown>>();

function gate(name: string): Deferred<unknown> {
  const existing = gates.get(name) ?? deferred<unknown>();
  gates.set(name, existing);
  return existing;
}

@WebSocketGateway()
class WorkGateway {
  @OnEvent('step')
  step(_client: BounceSocket, name: string) {
    steps.push(name);
    void Promise.resolve().then(() => steps.push(`after ${name}`));
  }

  @UseInterceptors(PassInterceptor)
  @OnEvent('intercepted-step')
  interceptedStep(client: BounceSocket, name: string) {
    this.step(client, name);
  }

  @OnEvent('work')
  async work(_client: BounceSocket, name: string) {
    steps.push(`${name} begins`);
    const result = await gate(name).promise;
    steps.push(`${name} ends`);
    return result ?? name;
  }

  @UseInterceptors(PassInterceptor)
  @OnEvent('intercepted-work')
  async interceptedWork(client: BounceSocket, name: string) {
    return this.work(client, name);
  }

  @OnEvent('thenable')
  thenable() {
    return {
      // oxlint-disable-next-line unicorn/no-thenable -- a promise of another library is one too
      then: (resolve: (value: string) => void) => resolve('resolved'),
    };
  }
}

/** A gateway like many others, with an event of its own. */
function extraGateway(index: number) {
  @WebSocketGateway()
  class ExtraGateway {
    @OnEvent([`extra-${index}`, `more-${index}`])
    extra() {
      return index;
    }
  }
  return ExtraGateway;
}

expectNoUnhandledErrors();
const start = useApps();

beforeEach(() => {
  steps.length = 0;
  gates.clear();
});

afterEach(() => {
  vi.restoreAllMocks();
});

async function connect(options: { handlerTimeoutMs?: number; concurrency?: number } = {}) {
  const started = await start({ providers: [WorkGateway], options });
  return { ...started, peer: await WsPeer.connect(started.url) };
}

/** Sends messages so that they arrive in one TCP segment. */
function sendTogether(peer: WsPeer, send: () => void): void {
  const { _socket: stream } = peer.socket as unknown as { readonly _socket: Socket };
  stream.cork();
  send();
  stream.uncork();
}

describe('a handler that nothing stands around', () => {
  it('is called directly: of two messages in one segment nothing runs in between', async () => {
    const { peer } = await connect();
    sendTogether(peer, () => {
      peer.send('step', { name: 'a' });
      peer.send('step', { name: 'b' });
    });
    await peer.barrier();
    expect(steps).toEqual(['a', 'b', 'after a', 'after b']);
  });

  it('unlike one with an interceptor, whose message holds up the next', async () => {
    const { peer } = await connect();
    sendTogether(peer, () => {
      peer.send('intercepted-step', { name: 'a' });
      peer.send('step', { name: 'b' }, { id: 1 });
    });
    await peer.next();
    expect(steps).toEqual(['a', 'after a', 'b', 'after b']);
  });
});

describe('a socket', () => {
  const GATEWAYS = 12;

  async function connectToMany() {
    const providers = Array.from({ length: GATEWAYS }, (_, index) => extraGateway(index));
    return connectBoth(await start({ providers }));
  }

  it('has one message and one close listener, however many gateways there are', async () => {
    const { peer, socket } = await connectToMany();
    await peer.barrier();
    expect(socket.raw.listenerCount('message')).toBe(1);
    expect(socket.raw.listenerCount('close')).toBe(1);
  });

  it('has each frame parsed once, however many gateways there are', async () => {
    const { peer } = await connectToMany();
    await peer.barrier();
    const parse = vi.spyOn(JSON, 'parse');
    expect((await peer.request('extra-7')).data).toBe(7);
    const frames = parse.mock.calls.filter(([text]) => text.includes('"extra-7"'));
    expect(frames).toHaveLength(1);
  });

  it('reaches the handlers of every gateway', async () => {
    const { peer } = await connectToMany();
    for (let index = 0; index < GATEWAYS; index++) {
      expect((await peer.request(`extra-${index}`)).data).toBe(index);
      expect((await peer.request(`more-${index}`)).data).toBe(index);
    }
  });
});

describe.each(['work', 'intercepted-work'])('the messages of one connection (%s)', (work) => {
  it('are handled one after another, in the order they came', async () => {
    const { peer } = await connect();
    peer.send(work, { name: 'first' }, { id: 1 });
    peer.send(work, { name: 'second' }, { id: 2 });
    peer.send('step', { name: 'third' }, { id: 3 });
    peer.send('nonsense', {}, { id: 4 });
    expect(await peer.barrier()).toEqual([]);
    expect(steps).toEqual(['first begins']);
    gate('second').resolve(undefined);
    expect(await peer.barrier()).toEqual([]);
    gate('first').resolve(undefined);
    for (const id of [1, 2, 3, 4]) expect(await peer.next()).toMatchObject({ id });
    expect(steps.slice(0, 5)).toEqual([
      'first begins',
      'first ends',
      'second begins',
      'second ends',
      'third',
    ]);
  });

  it('go on after one that failed', async () => {
    const { peer } = await connect();
    peer.send(work, { name: 'first' }, { id: 1 });
    peer.send('step', { name: 'second' }, { id: 2 });
    await peer.barrier();
    gate('first').reject(new BounceWsError('unavailable'));
    expect(await peer.next()).toMatchObject({ id: 1, data: { code: 'unavailable' } });
    expect(await peer.next()).toMatchObject({ id: 2, event: 'ack' });
  });

  it('do not wait for those of another connection', async () => {
    const started = await start({ providers: [WorkGateway] });
    const [ann, ben] = await connectMany(started, 2);
    ann!.peer.send(work, { name: 'long' }, { id: 1 });
    await ann!.peer.barrier();
    expect((await ben!.peer.request('step', { name: 'short' })).event).toBe('ack');
    gate('long').resolve(undefined);
    expect(await ann!.peer.next()).toMatchObject({ id: 1 });
  });

  it('are handled side by side up to the option concurrency', async () => {
    const { peer } = await connect({ concurrency: 2 });
    for (const name of ['a', 'b', 'c']) peer.send(work, { name }, { id: name });
    await peer.barrier();
    expect(steps).toEqual(['a begins', 'b begins']);
    gate('b').resolve(undefined);
    expect(await peer.next()).toMatchObject({ id: 'b' });
    await peer.barrier();
    expect(steps).toEqual(['a begins', 'b begins', 'b ends', 'c begins']);
    for (const name of ['a', 'c']) gate(name).resolve(undefined);
  });

  it('that still wait when the client goes are not handled', async () => {
    const started = await start({ providers: [WorkGateway] });
    const { peer, socket } = await connectBoth(started);
    peer.send(work, { name: 'first' });
    peer.send('step', { name: 'second' });
    await peer.barrier();
    await peer.close();
    await expect.poll(() => socket.readyState).toBe(peer.socket.CLOSED);
    gate('first').resolve(undefined);
    await expect.poll(() => steps).toContain('first ends');
    await new Promise(setImmediate);
    expect(steps).toEqual(['first begins', 'first ends']);
  });
});

describe.each(['work', 'intercepted-work'])('a handler that takes too long (%s)', (work) => {
  it('is answered timeout, and the next message is handled', async () => {
    const { peer } = await connect({ handlerTimeoutMs: 20 });
    peer.send(work, { name: 'slow' }, { id: 1 });
    peer.send('step', { name: 'next' }, { id: 2 });
    expect(await peer.next()).toMatchObject({
      event: 'error',
      id: 1,
      data: { code: 'timeout', message: 'The operation timed out', event: work },
    });
    expect(await peer.next()).toMatchObject({ event: 'ack', id: 2 });
  });

  it('has what it returns or throws later dropped', async () => {
    const { peer } = await connect({ handlerTimeoutMs: 20 });
    for (const name of ['returns', 'throws']) {
      expect((await peer.request(work, { name })).data).toMatchObject({ code: 'timeout' });
    }
    gate('returns').resolve({ late: true });
    gate('throws').reject(new Error('late'));
    await new Promise(setImmediate);
    expect(await peer.barrier()).toEqual([]);
  });

  it('is answered without an id when there was none, and is logged by its name', async () => {
    const { peer, log } = await connect({ handlerTimeoutMs: 20 });
    peer.send(work, { name: 'slow' });
    const answer = await peer.next();
    expect(answer).toMatchObject({ event: 'error', data: { code: 'timeout' } });
    expect(answer).not.toHaveProperty('id');
    expect([...log.warnings, ...log.errors].join('\n')).toMatch(/WorkGateway\.\w*work/i);
  });
});

describe('a promise of another library', () => {
  it('is awaited like any', async () => {
    const { peer } = await connect();
    expect((await peer.request('thenable')).data).toBe('resolved');
  });
});
