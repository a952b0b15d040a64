import type { ArgumentMetadata, ArgumentsHost, PipeTransform } from '@nestjs/common';
import { catchError, isObservable, type Observable, type Subscription } from 'rxjs';
import { BounceWsError, ReservedEvent } from '../../protocol/index.js';
import { bindEach, extract } from '../binding/parameter.binder.js';
import type { Parameter } from '../binding/parameter.interface.js';
import type { MessageContext } from '../dispatch/message-context.js';
import type { EnhancerHost, EnhancerSet, NestEnhancers } from './nest-enhancers.js';
import { Relay } from './relay.js';

/** The pipes that each parameter goes through. */
export type PipesByParameter = ReadonlyMap<Parameter, PipeTransform[]>;

/** Calls one handler with everything that Nest puts around it: guards, interceptors, pipes, filters, in that order. */
export class EnhancedInvoker {
  readonly #parameters: readonly Parameter[];

  constructor(
    private readonly nest: NestEnhancers,
    private readonly host: EnhancerHost,
    private readonly enhancers: EnhancerSet,
    private readonly pipes: PipesByParameter,
  ) {
    this.#parameters = [...pipes.keys()];
  }

  /** Handles one message. */
  async invoke(context: MessageContext): Promise<unknown> {
    // What Nest's ws context has: getClient(), getData(), getPattern().
    const args = [context.client, context.data, context.event];
    try {
      await this.#guard(context, args);
      const result = await this.#intercept(context, args);
      return isObservable(result) ? this.#filterStream(result, context, args) : result;
    } catch (exception) {
      return this.#filter(exception, context, args);
    }
  }

  async #guard(context: MessageContext, args: unknown[]): Promise<void> {
    const { guards } = this.enhancers;
    if (guards.length === 0) return;
    context.stage = 'guard';
    if (!(await this.nest.activate(guards, args, this.host))) throw new BounceWsError('forbidden');
  }

  async #intercept(context: MessageContext, args: unknown[]): Promise<unknown> {
    const { interceptors } = this.enhancers;
    context.stage = 'handler';
    if (interceptors.length === 0) return this.#call(context, args);
    const relay = new Relay();
    return new Promise((resolve, reject) => {
      let isStream = false;
      let last: unknown;
      let subscription: Subscription | undefined;
      // Interceptors turn every result into an Observable; only here it is seen whether the handler returned one.
      const next = async (): Promise<unknown> => {
        const returned = await this.#call(context, args);
        if (!isObservable(returned)) return returned;
        isStream = true;
        resolve(relay.asObservable(() => subscription?.unsubscribe()));
        return relay.whenSubscribed(returned);
      };
      this.nest
        .intercept(interceptors, args, this.host, next)
        .then((result$) => {
          subscription = result$.subscribe({
            next: (item) => (isStream ? relay.next(item) : (last = item)),
            error: (error: Error) => (isStream ? relay.error(error) : reject(error)),
            complete: () => (isStream ? relay.complete() : resolve(last)),
          });
        })
        .catch(reject);
    });
  }

  async #call(context: MessageContext, args: unknown[]): Promise<unknown> {
    context.stage = 'pipe';
    const bound = await bindEach(this.#parameters, context, (parameter) =>
      this.#value(parameter, context, args),
    );
    context.stage = 'handler';
    return Reflect.apply(this.host.method, this.host.instance, bound);
  }

  #value(parameter: Parameter, context: MessageContext, args: unknown[]): unknown {
    const { source, metatype, data, nestSchema } = parameter;
    // As with Nest's own adapter, the client goes through no pipe.
    if (source.kind === 'client') return context.client;
    const isCustom = source.kind === 'custom';
    const raw: unknown = isCustom
      ? source.factory(data, this.nest.executionContext(args, this.host))
      : extract(parameter, context);
    const type = isCustom ? 'custom' : 'body';
    const metadata = { type, metatype, data, schema: nestSchema } as ArgumentMetadata;
    return this.nest.transform(raw, metadata, this.pipes.get(parameter) ?? []);
  }

  #filterStream(
    items$: Observable<unknown>,
    context: MessageContext,
    args: unknown[],
  ): Observable<unknown> {
    if (this.enhancers.filters.length === 0) return items$;
    return items$.pipe(
      catchError(async (exception: unknown) => this.#filter(exception, context, args)),
    );
  }

  /** @returns the filter's answer. @throws the exception when no filter takes it, or its client still needs an answer */
  async #filter(
    exception: unknown,
    { id, event }: MessageContext,
    args: unknown[],
  ): Promise<unknown> {
    const filter = this.enhancers.filters.find(
      ({ exceptionMetatypes }) =>
        exceptionMetatypes.length === 0 ||
        exceptionMetatypes.some((type) => exception instanceof type),
    );
    if (filter === undefined) throw exception;
    const host: ArgumentsHost = this.nest.executionContext(args, this.host);
    const answer: unknown = await filter.func(exception, host);
    // No filter lets a client in that a connect handler refused.
    if (event === ReservedEvent.Connect) throw exception;
    // A request is answered exactly once, whatever the filter sent of its own.
    if (answer === undefined && id !== undefined) throw exception;
    return answer;
  }
}
