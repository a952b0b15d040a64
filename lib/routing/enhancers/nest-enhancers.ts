import {
  type ArgumentMetadata,
  type ArgumentsHost,
  type CanActivate,
  type ExecutionContext,
  type NestInterceptor,
  type PipeTransform,
  type Type,
  Injectable,
} from '@nestjs/common';
import { ExternalContextCreator } from '@nestjs/core';
import type { Observable } from 'rxjs';
import { ConfigurationError } from '../../common/index.js';

/** A filter that Nest built, and what it catches. */
export interface ExceptionFilterEntry {
  readonly func: (exception: unknown, host: ArgumentsHost) => unknown;
  readonly exceptionMetatypes: readonly Type[];
}

/** What stands around one handler: method, class and global level together, in Nest's order. */
export interface EnhancerSet {
  readonly guards: CanActivate[];
  readonly interceptors: NestInterceptor[];
  readonly pipes: PipeTransform[];
  /** The first that matches an exception gets it. */
  readonly filters: readonly ExceptionFilterEntry[];
}

/** A method and where Nest knows it from. */
export interface EnhancerHost {
  readonly instance: object;
  readonly method: (...args: unknown[]) => unknown;
  /** The token of the module that provides the instance. */
  readonly moduleKey: string;
}

interface NestInternals {
  readonly guardsContextCreator: { create(...host: HostArguments): CanActivate[] };
  readonly interceptorsContextCreator: { create(...host: HostArguments): NestInterceptor[] };
  readonly pipesContextCreator: {
    create(...host: HostArguments): PipeTransform[];
    createConcreteContext(pipes: readonly unknown[]): PipeTransform[];
  };
  readonly filtersContextCreator: {
    create(...host: HostArguments): unknown;
    createContext(
      instance: object,
      callback: EnhancerHost['method'],
      metadataKey: string,
    ): ExceptionFilterEntry[];
  };
  readonly guardsConsumer: {
    tryActivate(
      guards: CanActivate[],
      args: unknown[],
      instance: object,
      callback: EnhancerHost['method'],
      type: string,
    ): Promise<boolean>;
    createContext(
      args: unknown[],
      instance: object,
      callback: EnhancerHost['method'],
    ): ExecutionContext & { setType(type: string): void };
  };
  readonly pipesConsumer: {
    applyPipes(
      value: unknown,
      metadata: ArgumentMetadata,
      pipes: PipeTransform[],
    ): Promise<unknown>;
  };
  readonly interceptorsConsumer: {
    intercept(
      interceptors: NestInterceptor[],
      args: unknown[],
      instance: object,
      callback: EnhancerHost['method'],
      next: () => Promise<unknown>,
      type: string,
    ): Promise<unknown>;
  };
}

type HostArguments = [instance: object, callback: EnhancerHost['method'], moduleKey: string];

/** Nest's key for `@UseFilters` (`EXCEPTION_FILTERS_METADATA`, not exported in the same place by 11 and 12). */
const FILTERS_METADATA = '__exceptionFilters__';

const CONTEXT_TYPE = 'ws';

/**
 * The one place that reaches into Nest: its own machinery for guards, pipes, interceptors and filters. The public
 * `ExternalContextCreator` holds it all, in the same fields in Nest 11 and 12, but its own `create()` collapses a
 * handler's Observable to the last item and does not tell whether a filter took an exception.
 */
@Injectable()
export class NestEnhancers {
  readonly #nest: NestInternals;

  /** @throws ConfigurationError when this version of Nest keeps its machinery elsewhere */
  constructor(external: ExternalContextCreator) {
    this.#nest = assertInternals(external);
  }

  /** Everything that stands around a handler. */
  collect({ instance, method, moduleKey }: EnhancerHost): EnhancerSet {
    const host: HostArguments = [instance, method, moduleKey];
    const { filtersContextCreator } = this.#nest;
    // create() notes the module that createContext() then looks classes up in.
    filtersContextCreator.create(...host);
    return {
      guards: this.#nest.guardsContextCreator.create(...host),
      interceptors: this.#nest.interceptorsContextCreator.create(...host),
      pipes: this.#nest.pipesContextCreator.create(...host),
      // Nest's list goes from the outside in, and the innermost filter is asked first.
      filters: filtersContextCreator.createContext(instance, method, FILTERS_METADATA).toReversed(),
    };
  }

  /** Creates the pipes of one parameter; to be called right after {@link collect} of its method. */
  parameterPipes(pipes: readonly unknown[]): PipeTransform[] {
    return this.#nest.pipesContextCreator.createConcreteContext(pipes);
  }

  /** @returns whether all guards agree */
  activate(
    guards: CanActivate[],
    args: unknown[],
    { instance, method }: EnhancerHost,
  ): Promise<boolean> {
    return this.#nest.guardsConsumer.tryActivate(guards, args, instance, method, CONTEXT_TYPE);
  }

  /** Runs a handler inside its interceptors; the result is an Observable that starts when it is subscribed to. */
  async intercept(
    interceptors: NestInterceptor[],
    args: unknown[],
    { instance, method }: EnhancerHost,
    next: () => Promise<unknown>,
  ): Promise<Observable<unknown>> {
    const { interceptorsConsumer } = this.#nest;
    return (await interceptorsConsumer.intercept(
      interceptors,
      args,
      instance,
      method,
      next,
      CONTEXT_TYPE,
    )) as Observable<unknown>;
  }

  /** Runs a value through pipes. */
  transform(value: unknown, metadata: ArgumentMetadata, pipes: PipeTransform[]): Promise<unknown> {
    return this.#nest.pipesConsumer.applyPipes(value, metadata, pipes);
  }

  /** The context that guards, filters and parameter decorators see. */
  executionContext(args: unknown[], { instance, method }: EnhancerHost): ExecutionContext {
    const context = this.#nest.guardsConsumer.createContext(args, instance, method);
    context.setType(CONTEXT_TYPE);
    return context;
  }
}

const NEEDED: Readonly<Record<keyof NestInternals, string>> = {
  guardsContextCreator: 'create',
  guardsConsumer: 'tryActivate',
  interceptorsContextCreator: 'create',
  interceptorsConsumer: 'intercept',
  pipesContextCreator: 'createConcreteContext',
  pipesConsumer: 'applyPipes',
  filtersContextCreator: 'createContext',
};

function assertInternals(external: ExternalContextCreator): NestInternals {
  for (const [field, method] of Object.entries(NEEDED)) {
    const part: unknown = Reflect.get(external, field);
    if (
      typeof part === 'object' &&
      part !== null &&
      typeof Reflect.get(part, method) === 'function'
    ) {
      continue;
    }
    throw new ConfigurationError(
      `This version of @nestjs/core has no ExternalContextCreator.${field}.${method}(); bounce-ws supports Nest 11 and 12`,
    );
  }
  return external as unknown as NestInternals;
}
