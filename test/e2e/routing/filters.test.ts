import { type ArgumentsHost, Catch, type ExceptionFilter, UseFilters } from '@nestjs/common';
import { WebSocketGateway, WsException } from '@nestjs/websockets';
import { type BounceSocket, BounceWsError, OnEvent } from 'bounce-ws';
import { concat, EMPTY, of, throwError } from 'rxjs';
import { describe, expect, it } from 'vitest';
import { eventsSoFar, useApps } from '../../support/use-apps.js';
import { expectNoUnhandledErrors } from '../../support/unhandled.js';
import { WsPeer } from '../../support/ws-peer.js';

const seen: unknown[] = [];

@Catch()
class SilentFilter implements ExceptionFilter {
  catch(exception: unknown, host: ArgumentsHost) {
    const ws = host.switchToWs();
    seen.push({
      exception,
      type: host.getType(),
      pattern: ws.getPattern(),
      data: ws.getData<unknown>(),
      id: ws.getClient<BounceSocket>().id,
    });
  }
}

@Catch(WsException)
class WsOnlyFilter implements ExceptionFilter {
  catch() {
    return 'caught';
  }
}

@Catch()
class ReturningFilter implements ExceptionFilter {
  constructor(private readonly value: () => unknown) {}

  catch() {
    return this.value();
  }
}

@Catch()
class ThrowingFilter implements ExceptionFilter {
  catch(exception: unknown) {
    if (exception instanceof BounceWsError) throw exception;
    throw new Error('secret of the filter');
  }
}

@Catch()
class SendingFilter implements ExceptionFilter {
  catch(_exception: unknown, host: ArgumentsHost) {
    host.switchToWs().getClient<BounceSocket>().emit('sorry', { by: 'filter' });
  }
}

@Catch()
class ClosingFilter implements ExceptionFilter {
  catch(_exception: unknown, host: ArgumentsHost) {
    host.switchToWs().getClient<BounceSocket>().close(4403, 'enough');
  }
}

const FILTERS: Record<string, ReturningFilter> = {
  value: new ReturningFilter(() => ({ status: 'handled' })),
  later: new ReturningFilter(() => Promise.resolve('later')),
  null: new ReturningFilter(() => null),
  response: new ReturningFilter(() => ({ event: 'sorry', data: 1 })),
  observable: new ReturningFilter(() => of('one', 'two')),
  empty: new ReturningFilter(() => EMPTY),
  cyclic: new ReturningFilter(() => {
    const cycle: Record<string, unknown> = {};
    cycle['self'] = cycle;
    return cycle;
  }),
};

abstract class Failing {
  protected fail(code?: 'forbidden'): never {
    throw code === undefined ? new Error('secret') : new BounceWsError(code);
  }
}

@WebSocketGateway()
class FilteredGateway extends Failing {
  @UseFilters(SilentFilter)
  @OnEvent('silent')
  silent() {
    this.fail('forbidden');
  }

  @UseFilters(WsOnlyFilter)
  @OnEvent('ws-only')
  wsOnly(_client: BounceSocket, kind: string) {
    if (kind === 'ws') throw new WsException('text');
    this.fail('forbidden');
  }

  @UseFilters(SilentFilter, WsOnlyFilter)
  @OnEvent('two')
  two() {
    throw new WsException('text');
  }

  @UseFilters(ThrowingFilter)
  @OnEvent('throwing')
  throwing(_client: BounceSocket, rethrow = false) {
    this.fail(rethrow ? 'forbidden' : undefined);
  }

  @UseFilters(SendingFilter)
  @OnEvent('sending')
  sending() {
    this.fail('forbidden');
  }

  @UseFilters(ClosingFilter)
  @OnEvent('closing')
  closing() {
    this.fail();
  }

  @UseFilters(FILTERS['value']!)
  @OnEvent('value')
  value() {
    this.fail();
  }

  @UseFilters(FILTERS['later']!)
  @OnEvent('later')
  async later() {
    await Promise.resolve();
    this.fail();
  }

  @UseFilters(FILTERS['null']!)
  @OnEvent('null')
  null() {
    this.fail();
  }

  @UseFilters(FILTERS['response']!)
  @OnEvent('response')
  response() {
    this.fail();
  }

  @UseFilters(FILTERS['observable']!)
  @OnEvent('observable')
  observable() {
    this.fail();
  }

  @UseFilters(FILTERS['empty']!)
  @OnEvent('empty')
  empty() {
    this.fail();
  }

  @UseFilters(SilentFilter)
  @OnEvent('silent stream')
  silentStream() {
    return concat(
      of(1),
      throwError(() => new BounceWsError('forbidden')),
    );
  }

  @UseFilters(FILTERS['value']!)
  @OnEvent('stream')
  stream() {
    return concat(
      of(1),
      throwError(() => new Error('secret')),
    );
  }

  @UseFilters(FILTERS['cyclic']!)
  @OnEvent('cyclic')
  cyclic() {
    this.fail();
  }
}

expectNoUnhandledErrors();
const start = useApps();

async function connect() {
  seen.length = 0;
  const { app, url, log } = await start({ providers: [FilteredGateway] });
  return { peer: await WsPeer.connect(url), app, log };
}

describe('an exception filter', () => {
  it('gets the exception in a context of type ws', async () => {
    const { peer } = await connect();
    await peer.request('silent', { a: 1 });
    expect(seen).toEqual([
      {
        exception: expect.any(BounceWsError),
        type: 'ws',
        pattern: 'silent',
        data: { a: 1 },
        id: expect.any(String),
      },
    ]);
  });

  it('gives the answer with the value it returns, at once or later', async () => {
    const { peer } = await connect();
    expect(await peer.request('value')).toMatchObject({
      event: 'ack',
      data: { status: 'handled' },
    });
    expect(await peer.request('later')).toMatchObject({ event: 'ack', data: 'later' });
    expect(await peer.request('null')).toMatchObject({ event: 'ack', data: null });
    peer.send('value');
    expect(await peer.next()).toMatchObject({ event: 'value', data: { status: 'handled' } });
    peer.send('response');
    expect(await peer.next()).toMatchObject({ event: 'sorry', data: 1 });
  });

  it('that returns nothing leaves a message without id unanswered', async () => {
    const { peer } = await connect();
    peer.send('silent');
    await peer.request('value');
    expect(await eventsSoFar(peer)).toEqual([]);
    expect(seen).toHaveLength(1);
  });

  it('that returns nothing leaves the answer to a request to the server', async () => {
    const { peer } = await connect();
    expect(await peer.request('silent')).toMatchObject({
      event: 'error',
      data: { code: 'forbidden', event: 'silent' },
    });
  });

  it('gets only what it says it catches', async () => {
    const { peer } = await connect();
    expect((await peer.request('ws-only', { kind: 'ws' })).data).toBe('caught');
    expect(await peer.request('ws-only', { kind: 'other' })).toMatchObject({
      event: 'error',
      data: { code: 'forbidden' },
    });
  });

  it('is the only one that gets it, the last one of a list that fits', async () => {
    const { peer } = await connect();
    expect((await peer.request('two')).data).toBe('caught');
    expect(seen).toEqual([]);
  });
});

describe('a request is answered exactly once', () => {
  it.each([
    'silent',
    'value',
    'later',
    'null',
    'response',
    'throwing',
    'sending',
    'cyclic',
    'observable',
    'empty',
    'stream',
    'silent stream',
  ])('when the failing handler and its filter are of the kind %s', async (event) => {
    const { peer } = await connect();
    peer.send(event, {}, { id: 1 });
    // The answer to the next request comes behind everything of this one.
    await peer.request('value');
    const answers = (await peer.barrier()).filter(
      (message) => message.id === 1 && ['ack', 'error'].includes(message.event),
    );
    expect(answers).toHaveLength(1);
  });

  it('with internal_error when the filter itself throws, and the text stays here', async () => {
    const { peer, log } = await connect();
    const answer = await peer.request('throwing');
    expect(answer).toMatchObject({ event: 'error', data: { code: 'internal_error' } });
    expect(answer.data).not.toHaveProperty('details');
    expect(log.errors.join('\n')).toContain('secret of the filter');
    peer.send('throwing');
    expect(await peer.next()).toMatchObject({ event: 'error', data: { code: 'internal_error' } });
  });

  it('with the exception’s own code when the filter throws it again', async () => {
    const { peer } = await connect();
    expect((await peer.request('throwing', { rethrow: true })).data).toMatchObject({
      code: 'forbidden',
    });
  });

  it('with internal_error when the filter returns what JSON cannot hold', async () => {
    const { peer } = await connect();
    expect(await peer.request('cyclic')).toMatchObject({
      event: 'error',
      data: { code: 'internal_error' },
    });
  });

  it('with the error of a stream, which its filter saw', async () => {
    const { peer } = await connect();
    peer.send('silent stream', {}, { id: 1 });
    expect(await peer.next()).toMatchObject({ event: 'silent stream', id: 1, data: 1 });
    expect(await peer.next()).toMatchObject({ event: 'error', id: 1, data: { code: 'forbidden' } });
    expect(seen).toHaveLength(1);
  });

  it('beside what the filter sends of its own', async () => {
    const { peer } = await connect();
    expect(await peer.request('sending')).toMatchObject({ event: 'error' });
    expect(await eventsSoFar(peer)).toEqual(['sorry']);
    peer.send('sending');
    expect(await peer.next()).toMatchObject({ event: 'sorry' });
    await peer.request('value');
    expect(await eventsSoFar(peer)).toEqual([]);
  });

  it('or not at all when the filter closes the connection', async () => {
    const { peer } = await connect();
    peer.send('closing', {}, { id: 1 });
    expect(await peer.closed).toEqual({ code: 4403, reason: 'enough' });
  });
});
