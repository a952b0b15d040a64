import { Injectable, Logger } from '@nestjs/common';
import { DiscoveryService, MetadataScanner } from '@nestjs/core';
import {
  BounceMetadata,
  ConfigurationError,
  NestMetadata,
  normalizePath,
} from '../../common/index.js';
import { ReservedEvent } from '../../protocol/index.js';
import { undecoratedNames } from '../binding/parameter.planner.js';
import type { OnEventMetadata } from '../decorators/on-event.decorator.js';
import { AbstractHandler } from './abstract-handler.js';
import { assertHandledEvent, hasEventEmitterListener, looksMinified } from './boot-checks.js';
import type { Gateway } from './gateway.interface.js';
import { handlerClassGateway } from './handler-class.js';
import { lifecycleHooks, nativeHooks } from './lifecycle-hooks.js';
import { type FoundHandler, RouteFactory } from './route.factory.js';

type Provider = ReturnType<DiscoveryService['getProviders']>[number];

const LIFECYCLE_EVENTS: ReadonlySet<string> = new Set([
  ReservedEvent.Connect,
  ReservedEvent.Disconnect,
]);

/** Finds the gateways and handler classes among the app's providers, once, at boot. */
@Injectable()
export class GatewayExplorer {
  readonly #logger = new Logger('BounceWs');

  constructor(
    private readonly discovery: DiscoveryService,
    private readonly scanner: MetadataScanner,
    private readonly routes: RouteFactory,
  ) {}

  /** All gateways with their routes. @throws ConfigurationError naming the class and method that is wrong */
  explore(): Gateway[] {
    for (const controller of this.discovery.getControllers()) {
      const { instance } = controller as { instance: unknown };
      if (typeof instance === 'object' && instance !== null) {
        assertNoHandlers(this.#findHandlers(controller, instance));
      }
    }
    return this.discovery
      .getProviders()
      .filter(({ isNotMetatype, isAlias }) => !isNotMetatype && !isAlias)
      .flatMap((provider) => this.#exploreProvider(provider) ?? []);
  }

  #exploreProvider(provider: Provider): Gateway | undefined {
    const instance: unknown = provider.instance;
    if (typeof instance !== 'object' || instance === null) return undefined;
    if (instance instanceof AbstractHandler) return handlerClassGateway(instance, this.routes);
    const handlers = this.#findHandlers(provider, instance);
    if (!isGateway(provider)) {
      assertNoHandlers(handlers);
      return undefined;
    }
    assertStatic(provider);
    return this.#toGateway(provider, instance, handlers);
  }

  #toGateway(provider: Provider, instance: object, handlers: readonly FoundHandler[]): Gateway {
    const messageHandlers = handlers.filter(
      ({ event, isNative }) => isNative || !LIFECYCLE_EVENTS.has(event),
    );
    for (const { event, owner } of messageHandlers) assertHandledEvent(event, owner);
    const native = nativeHooks(instance);
    const declared = lifecycleHooks(handlers, this.routes);
    const options = (Reflect.getMetadata(NestMetadata.GatewayOptions, provider.metatype!) ??
      {}) as { path?: string };
    return {
      name: String(provider.name),
      port: (Reflect.getMetadata(NestMetadata.GatewayPort, provider.metatype!) ?? 0) as number,
      path: options.path === undefined ? undefined : normalizePath(options.path),
      routes: messageHandlers.map((handler) => this.routes.create(handler)),
      connectHooks: [...native.connectHooks, ...declared.connectHooks],
      disconnectHooks: [...native.disconnectHooks, ...declared.disconnectHooks],
    };
  }

  #findHandlers(provider: Provider, instance: object): FoundHandler[] {
    const prototype = Object.getPrototypeOf(instance) as object | null;
    if (prototype === null) return [];
    return this.scanner.getAllMethodNames(prototype).flatMap((name) => {
      const method: unknown = Reflect.get(prototype, name);
      if (typeof method !== 'function') return [];
      const host = {
        instance,
        prototype,
        name,
        method: method as FoundHandler['method'],
        moduleKey: provider.host?.token ?? '',
        owner: `${provider.name}.${name}`,
      };
      return [...this.#declared(host, isGateway(provider)), ...nativeHandlers(host)];
    });
  }

  #declared(host: HandlerHost, inGateway: boolean): FoundHandler[] {
    const metadata = Reflect.getMetadata(BounceMetadata.OnEvent, host.method) as
      OnEventMetadata | undefined;
    if (metadata === undefined) {
      if (inGateway) this.#warnOfEventEmitter(host);
      return [];
    }
    if (looksMinified(undecoratedNames(host))) {
      this.#logger.warn(
        `${host.owner}: the parameter names look minified, so they will not match the payload's keys. ` +
          `Keep names in the build, or name each parameter with @Payload('name').`,
      );
    }
    const { events, options } = metadata;
    if (events.length === 0) {
      throw new ConfigurationError(`${host.owner}: @OnEvent() names no event`);
    }
    return events.map((event) => ({ ...host, event, options, isNative: false }));
  }

  #warnOfEventEmitter({ method, owner }: HandlerHost): void {
    if (!hasEventEmitterListener(method)) return;
    this.#logger.warn(
      `${owner} has @OnEvent of @nestjs/event-emitter, so no WebSocket message reaches it. ` +
        `If one should, import OnEvent (or OnWsEvent) from bounce-ws.`,
    );
  }
}

type HandlerHost = Omit<FoundHandler, 'event' | 'options' | 'isNative'>;

function nativeHandlers(host: HandlerHost): FoundHandler[] {
  if (!Reflect.hasMetadata(NestMetadata.MessageMapping, host.method)) return [];
  const event = Reflect.getMetadata(NestMetadata.Message, host.method) as string;
  return [{ ...host, event, options: {}, isNative: true }];
}

function isGateway({ metatype }: Provider): boolean {
  return typeof metatype === 'function' && Reflect.hasMetadata(NestMetadata.Gateway, metatype);
}

function assertNoHandlers([first]: readonly FoundHandler[]): void {
  if (first === undefined) return;
  throw new ConfigurationError(
    `${first.owner} handles "${first.event}", but its class is no gateway: decorate it with @WebSocketGateway()`,
  );
}

// An instance a message would be a new gateway a message: its fields, its rooms, its timers. Nest 11 has no such thing.
function assertStatic(provider: Provider): void {
  if (provider.isDependencyTreeStatic() && !provider.isTransient) return;
  throw new ConfigurationError(
    `${provider.name} is request-scoped or transient, or depends on something request-scoped. A gateway lives as long as the app: ` +
      `resolve what belongs to one message with ModuleRef.resolve() instead.`,
  );
}
