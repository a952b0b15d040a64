import { Inject, Injectable, type PipeTransform, ValidationPipe } from '@nestjs/common';
import { BOUNCE_WS_OPTIONS, isPromiseLike } from '../../common/index.js';
import { bind } from '../binding/parameter.binder.js';
import type { Parameter } from '../binding/parameter.interface.js';
import { type HandlerMethod, planByName, planNative } from '../binding/parameter.planner.js';
import type { OnEventOptions } from '../decorators/on-event.decorator.js';
import type { MessageContext } from '../dispatch/message-context.js';
import type { EventMiddleware } from '../dispatch/middleware.interface.js';
import type { Route } from '../dispatch/route.interface.js';
import { EnhancedInvoker } from '../enhancers/enhanced.invoker.js';
import { type EnhancerHost, NestEnhancers } from '../enhancers/nest-enhancers.js';
import type { ResolvedRoutingOptions } from '../routing.options.js';

/** A handler as the explorer found it. */
export interface FoundHandler extends HandlerMethod {
  readonly instance: object;
  readonly moduleKey: string;
  readonly event: string;
  /** Whether it was declared with Nest's `@SubscribeMessage`. */
  readonly isNative: boolean;
  readonly options: OnEventOptions;
}

type Invoke = (context: MessageContext) => unknown;

/** Makes routes. What a handler does not use it does not pay for: without enhancers its method is called directly. */
@Injectable()
export class RouteFactory {
  constructor(
    private readonly nest: NestEnhancers,
    @Inject(BOUNCE_WS_OPTIONS) private readonly options: ResolvedRoutingOptions,
  ) {}

  /** The route of one handler and event. @throws ConfigurationError for a parameter that cannot be bound */
  create(found: FoundHandler): Route {
    return this.forCall(
      found.event,
      found.owner,
      this.#invoker(found),
      found.options.staleMessages,
    );
  }

  /** The same without guards, interceptors, pipes and filters. */
  createUnguarded(found: FoundHandler): Route {
    return this.forCall(found.event, found.owner, directCall(found, planByName(found)));
  }

  /** A route that is any function, with the module's middleware around it. */
  forCall(
    event: string,
    owner: string,
    call: Invoke,
    staleMessages = this.options.staleMessages,
  ): Route {
    return {
      event,
      owner,
      outOfTurn: false,
      alone: false,
      beforeAuthentication: false,
      dropsStale: staleMessages === 'drop',
      invoke: this.options.middleware.toReversed().reduce<Invoke>(around, call),
    };
  }

  #invoker(found: FoundHandler): Invoke {
    const parameters = found.isNative ? planNative(found) : planByName(found);
    const enhancers = this.nest.collect(found);
    const pipes = new Map(
      parameters.map((parameter) => {
        const own = [...enhancers.pipes, ...this.nest.parameterPipes(parameter.pipes)];
        return [withoutSecondValidation(parameter, own), own];
      }),
    );
    const isPlain =
      enhancers.guards.length === 0 &&
      enhancers.interceptors.length === 0 &&
      enhancers.filters.length === 0 &&
      parameters.every(({ source }) => source.kind !== 'custom') &&
      [...pipes.values()].every(({ length }) => length === 0);
    if (isPlain) return directCall(found, parameters);
    const invoker = new EnhancedInvoker(this.nest, found, enhancers, pipes);
    return (context) => invoker.invoke(context);
  }
}

function directCall({ instance, method }: EnhancerHost, parameters: readonly Parameter[]): Invoke {
  return (context) => {
    const args = bind(parameters, context);
    if (isPromiseLike(args)) return args.then((bound) => Reflect.apply(method, instance, bound));
    return Reflect.apply(method, instance, args);
  };
}

// An app's own ValidationPipe takes the place of the built-in check: its options (whitelist, groups, ...) are what counts.
function withoutSecondValidation(parameter: Parameter, pipes: readonly PipeTransform[]): Parameter {
  const isValidated = parameter.isDto && pipes.some((pipe) => pipe instanceof ValidationPipe);
  return isValidated ? { ...parameter, convert: undefined } : parameter;
}

function around(next: Invoke, middleware: EventMiddleware): Invoke {
  return (context) => {
    context.stage = 'middleware';
    return middleware(context, () => {
      context.stage = 'handler';
      return next(context);
    });
  };
}
