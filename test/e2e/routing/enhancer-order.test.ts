import {
  type CallHandler,
  type CanActivate,
  Catch,
  type ExceptionFilter,
  type ExecutionContext,
  Injectable,
  type NestInterceptor,
  type PipeTransform,
  UseFilters,
  UseGuards,
  UseInterceptors,
  UsePipes,
} from '@nestjs/common';
import { WebSocketGateway } from '@nestjs/websockets';
import { type BounceSocket, OnEvent } from 'bounce-ws';
import { tap } from 'rxjs';
import { describe, expect, it } from 'vitest';
import { useApps } from '../../support/use-apps.js';
import { WsPeer } from '../../support/ws-peer.js';

/** What ran, in the order in which it ran. */
@Injectable()
class Trace {
  readonly steps: string[] = [];

  take(): string[] {
    return this.steps.splice(0);
  }
}

function tracing(name: string) {
  @Injectable()
  class TracingGuard implements CanActivate {
    constructor(private readonly trace: Trace) {}

    canActivate() {
      this.trace.steps.push(`${name} guard`);
      return true;
    }
  }

  @Injectable()
  class TracingInterceptor implements NestInterceptor {
    constructor(private readonly trace: Trace) {}

    intercept(_context: ExecutionContext, next: CallHandler) {
      this.trace.steps.push(`${name} interceptor`);
      return next.handle().pipe(tap(() => this.trace.steps.push(`after ${name} interceptor`)));
    }
  }

  @Injectable()
  class TracingPipe implements PipeTransform {
    constructor(private readonly trace: Trace) {}

    transform(value: unknown) {
      this.trace.steps.push(`${name} pipe`);
      return value;
    }
  }

  @Catch()
  @Injectable()
  class TracingFilter implements ExceptionFilter {
    constructor(private readonly trace: Trace) {}

    catch() {
      this.trace.steps.push(`${name} filter`);
      return `caught by ${name}`;
    }
  }

  return { TracingGuard, TracingInterceptor, TracingPipe, TracingFilter };
}

const ofClass = tracing('class');
const ofMethod = tracing('method');

@WebSocketGateway()
@UseGuards(ofClass.TracingGuard)
@UseInterceptors(ofClass.TracingInterceptor)
@UsePipes(ofClass.TracingPipe)
@UseFilters(ofClass.TracingFilter)
class TracedGateway {
  constructor(private readonly trace: Trace) {}

  @UseGuards(ofMethod.TracingGuard)
  @UseInterceptors(ofMethod.TracingInterceptor)
  @UsePipes(ofMethod.TracingPipe)
  @OnEvent('run')
  run(_client: BounceSocket, text: string) {
    this.trace.steps.push('handler');
    return text;
  }

  @UseFilters(ofMethod.TracingFilter)
  @OnEvent('fail')
  fail() {
    this.trace.steps.push('handler');
    throw new Error('secret');
  }

  @OnEvent('fail-in-class')
  failInClass() {
    throw new Error('secret');
  }
}

const start = useApps();

describe('what stands around a handler', () => {
  async function connect() {
    const { app, url } = await start({ providers: [TracedGateway, Trace] });
    return { peer: await WsPeer.connect(url), trace: app.get(Trace) };
  }

  it('runs as guards, interceptors, pipes, handler, the class before the method', async () => {
    const { peer, trace } = await connect();
    expect((await peer.request('run', { text: 'hi' })).data).toBe('hi');
    expect(trace.take()).toEqual([
      'class guard',
      'method guard',
      'class interceptor',
      'method interceptor',
      'class pipe',
      'method pipe',
      'handler',
      'after method interceptor',
      'after class interceptor',
    ]);
  });

  it('ends with the filter nearest to the handler', async () => {
    const { peer, trace } = await connect();
    expect((await peer.request('fail')).data).toBe('caught by method');
    expect(trace.take()).toEqual(['class guard', 'class interceptor', 'handler', 'method filter']);
    expect((await peer.request('fail-in-class')).data).toBe('caught by class');
  });

  it('catches what a pipe or the binding throws too, and the handler does not run', async () => {
    const { peer, trace } = await connect();
    expect((await peer.request('run', { text: 7 })).data).toBe('caught by class');
    expect(trace.take()).not.toContain('handler');
  });
});
