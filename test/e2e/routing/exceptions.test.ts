import {
  BadRequestException,
  type CanActivate,
  ForbiddenException,
  HttpException,
  type PipeTransform,
  ServiceUnavailableException,
  UseGuards,
} from '@nestjs/common';
import { WebSocketGateway, WsException } from '@nestjs/websockets';
import { type BounceSocket, BounceWsError, ErrorCode, OnEvent, Payload } from 'bounce-ws';
import { describe, expect, it } from 'vitest';
import { expectNoUnhandledErrors } from '../../support/unhandled.js';
import { eventsSoFar, useApps } from '../../support/use-apps.js';
import { type PeerMessage, WsPeer } from '../../support/ws-peer.js';

/** What the handlers throw next. */
let thrown: () => unknown = () => new Error('nothing');

class Guard implements CanActivate {
  canActivate(): boolean {
    throw thrown();
  }
}

class Pipe implements PipeTransform {
  transform(): never {
    throw thrown();
  }
}

@WebSocketGateway()
class FailingGateway {
  @OnEvent('throw')
  throw(): never {
    throw thrown();
  }

  @OnEvent('reject')
  async reject() {
    await Promise.resolve();
    throw thrown();
  }

  @UseGuards(Guard)
  @OnEvent('guard')
  guard() {}

  @OnEvent('pipe')
  pipe(_client: BounceSocket, @Payload(Pipe) payload: unknown) {
    return payload;
  }

  @OnEvent('return')
  return() {
    return thrown();
  }

  @OnEvent('fine')
  fine() {
    return 'fine';
  }
}

expectNoUnhandledErrors();
const start = useApps();

async function connect() {
  const { app, url, log } = await start({ providers: [FailingGateway] });
  return { peer: await WsPeer.connect(url), app, log };
}

/** Has every kind of handler throw it and returns the one answer that they all give. */
async function answerTo(peer: WsPeer, exception: () => unknown): Promise<unknown> {
  thrown = exception;
  const [first, ...others] = [await peer.request('throw'), await peer.request('reject')].map(
    dataOf,
  );
  for (const other of others) expect(other).toEqual(first);
  return first;
}

function dataOf({ event, data }: PeerMessage): unknown {
  expect(event).toBe('error');
  const { event: _failed, ...rest } = data as { event: string };
  return rest;
}

const INTERNAL = { code: 'internal_error', message: 'Internal server error' };

describe('an exception that nobody meant for the client', () => {
  const oddities: [string, () => unknown][] = [
    ['an Error', () => new Error('secret')],
    [
      'an Error with a code of ours',
      () => Object.assign(new Error('secret'), { code: 'forbidden' }),
    ],
    ['an Error with details', () => Object.assign(new Error('secret'), { details: 'secret' })],
    ['null', () => null],
    ['undefined', () => undefined],
    ['a string', () => 'secret'],
    ['a number', () => 42],
    ['a symbol', () => Symbol('secret')],
    ['an object', () => ({ code: 'forbidden', message: 'secret', details: 'secret' })],
    ['an object without a prototype', () => Object.create(null) as unknown],
    [
      'an object that does not want to be text',
      () => ({
        toString() {
          throw new Error('secret');
        },
      }),
    ],
    [
      'an Error that does not want to be read',
      () =>
        Object.defineProperty(new Error('secret'), 'message', {
          get() {
            throw new Error('secret');
          },
        }),
    ],
  ];

  it.each(oddities)('is internal_error and no more: %s', async (_what, exception) => {
    const { peer } = await connect();
    expect(await answerTo(peer, exception)).toEqual(INTERNAL);
    expect((await peer.request('fine')).data).toBe('fine');
  });

  it('is answered without an id when the message had none', async () => {
    const { peer } = await connect();
    thrown = () => new Error('secret');
    peer.send('throw');
    const answer = await peer.next();
    expect(answer).toMatchObject({ event: 'error', data: { ...INTERNAL, event: 'throw' } });
    expect(answer).not.toHaveProperty('id');
  });

  it('is logged with the class and method it came from', async () => {
    const { peer, log } = await connect();
    await answerTo(peer, () => new Error('secret'));
    expect(log.errors).toHaveLength(2);
    expect(log.errors[0]).toMatch(/FailingGateway\.throw.*secret/s);
    expect(log.errors[1]).toMatch(/FailingGateway\.reject.*secret/s);
  });

  it('touches no other message', async () => {
    const { peer } = await connect();
    thrown = () => new Error('secret');
    for (const event of ['throw', 'fine', 'reject', 'fine', 'guard', 'fine']) {
      peer.send(event, {}, { id: event });
    }
    const answered: string[] = [];
    while (answered.length < 6) answered.push((await peer.next()).event);
    expect(answered).toEqual(['error', 'ack', 'error', 'ack', 'error', 'ack']);
  });
});

describe('a BounceWsError', () => {
  it.each(Object.values(ErrorCode))('is answered with its code %s', async (code) => {
    const { peer } = await connect();
    const data = await answerTo(peer, () => new BounceWsError(code, 'secret'));
    expect(data).toEqual({ code, message: expect.stringMatching(/^[A-Z]/) });
    expect(JSON.stringify(data)).not.toContain('secret');
  });

  it('passes on its details, whatever they are', async () => {
    const { peer } = await connect();
    for (const details of [{ room: 'tea' }, ['a'], 'text', 0, null]) {
      expect(
        await answerTo(peer, () => new BounceWsError('forbidden', 'secret', { details })),
      ).toEqual({ code: 'forbidden', message: 'The operation is not allowed', details });
    }
  });

  it('is answered without details that JSON cannot hold', async () => {
    const { peer, log } = await connect();
    expect(
      await answerTo(peer, () => new BounceWsError('forbidden', 'x', { details: { n: 1n } })),
    ).toEqual({ code: 'forbidden', message: 'The operation is not allowed' });
    expect(log.errors.join('\n')).toContain('BigInt');
  });

  it('does not answer another request than its own', async () => {
    const { peer } = await connect();
    thrown = () => new BounceWsError('forbidden', 'x', { id: 99 });
    peer.send('throw', {}, { id: 1 });
    expect((await peer.next()).id).toBe(1);
    peer.send('throw');
    expect(await peer.next()).not.toHaveProperty('id');
  });
});

describe('an HttpException', () => {
  it.each([
    [400, 'invalid_payload'],
    [401, 'unauthenticated'],
    [403, 'forbidden'],
    [404, 'internal_error'],
    [408, 'timeout'],
    [409, 'internal_error'],
    [413, 'limit_exceeded'],
    [418, 'internal_error'],
    [422, 'invalid_payload'],
    [429, 'rate_limited'],
  ])('of status %i is %s, with its text as details', async (status, code) => {
    const { peer } = await connect();
    expect(await answerTo(peer, () => new HttpException('because', status))).toMatchObject({
      code,
      details: { message: 'because' },
    });
  });

  it('passes on its object', async () => {
    const { peer } = await connect();
    expect(
      await answerTo(peer, () => new HttpException({ reason: 'full', max: 3 }, 403)),
    ).toMatchObject({ code: 'forbidden', details: { reason: 'full', max: 3 } });
    expect(await answerTo(peer, () => new ForbiddenException('full'))).toMatchObject({
      code: 'forbidden',
      details: { message: 'full' },
    });
    expect(await answerTo(peer, () => new BadRequestException(['a', 'b']))).toMatchObject({
      code: 'invalid_payload',
      details: { message: ['a', 'b'] },
    });
  });

  it.each([
    [500, 'internal_error'],
    [502, 'internal_error'],
    [503, 'unavailable'],
    [504, 'internal_error'],
  ])('of status %i is %s and keeps its text to itself', async (status, code) => {
    const { peer } = await connect();
    const data = await answerTo(peer, () => new HttpException({ message: 'secret' }, status));
    expect(data).toEqual({ code, message: expect.any(String) });
    expect(JSON.stringify(data)).not.toContain('secret');
  });

  it('of a class of its own is one as well', async () => {
    const { peer } = await connect();
    class TeapotException extends ServiceUnavailableException {}
    expect(await answerTo(peer, () => new TeapotException('secret'))).toEqual({
      code: 'unavailable',
      message: 'The service is temporarily unavailable',
    });
  });
});

describe('a WsException', () => {
  it('passes on its text, as internal_error from a handler', async () => {
    const { peer } = await connect();
    expect(await answerTo(peer, () => new WsException('because'))).toEqual({
      ...INTERNAL,
      details: { message: 'because' },
    });
  });

  it('passes on its object and, if it is one of ours, its code', async () => {
    const { peer } = await connect();
    const ours = { code: 'unavailable', retryInMs: 5 };
    expect(await answerTo(peer, () => new WsException(ours))).toEqual({
      code: 'unavailable',
      message: 'The service is temporarily unavailable',
      details: ours,
    });
    for (const code of ['E_FULL', 'toString', 42, null]) {
      expect(await answerTo(peer, () => new WsException({ code }))).toEqual({
        ...INTERNAL,
        details: { code },
      });
    }
  });

  it('is forbidden from a guard and invalid_payload from a pipe', async () => {
    const { peer } = await connect();
    thrown = () => new WsException('because');
    expect(dataOf(await peer.request('guard'))).toMatchObject({
      code: 'forbidden',
      details: { message: 'because' },
    });
    expect(dataOf(await peer.request('pipe'))).toMatchObject({
      code: 'invalid_payload',
      details: { message: 'because' },
    });
    thrown = () => new WsException({ code: 'unauthenticated' });
    expect(dataOf(await peer.request('guard'))).toMatchObject({ code: 'unauthenticated' });
    expect(dataOf(await peer.request('pipe'))).toMatchObject({ code: 'unauthenticated' });
  });

  it('with nothing in it is internal_error', async () => {
    const { peer } = await connect();
    for (const nothing of [undefined, null, 42]) {
      expect(await answerTo(peer, () => new WsException(nothing as never))).toMatchObject(INTERNAL);
    }
  });

  it('from a guard says forbidden, everything else from there what it always says', async () => {
    const { peer } = await connect();
    thrown = () => new Error('secret');
    expect(dataOf(await peer.request('guard'))).toEqual(INTERNAL);
    expect(dataOf(await peer.request('pipe'))).toEqual(INTERNAL);
    thrown = () => new BadRequestException('because');
    expect(dataOf(await peer.request('guard'))).toMatchObject({ code: 'invalid_payload' });
  });
});

describe('a result that JSON cannot hold', () => {
  const cycle: Record<string, unknown> = {};
  cycle['self'] = cycle;

  it.each([
    ['a cycle', () => cycle],
    ['a BigInt', () => 1n],
    ['a BigInt deep inside', () => ({ a: [{ b: 1n }] })],
    [
      'what throws on its way',
      () => ({
        toJSON() {
          throw new Error('secret');
        },
      }),
    ],
    ['a function', () => () => undefined],
    ['a symbol', () => Symbol('secret')],
    [
      'a promise that is none',
      () => ({
        // oxlint-disable-next-line unicorn/no-thenable -- that is the point
        then() {
          throw new Error('secret');
        },
      }),
    ],
  ])('is internal_error: %s', async (_what, result) => {
    const { peer } = await connect();
    thrown = result;
    expect(dataOf(await peer.request('return'))).toEqual(INTERNAL);
    peer.send('return');
    expect(await peer.next()).toMatchObject({ event: 'error', data: INTERNAL });
    expect((await peer.request('fine')).data).toBe('fine');
    expect(await eventsSoFar(peer)).toEqual([]);
  });
});
