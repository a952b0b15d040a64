import {
  type BeforeApplicationShutdown,
  ConfigurableModuleBuilder,
  type DynamicModule,
  Global,
  Inject,
  Logger,
  Module,
  type OnApplicationBootstrap,
  type OnApplicationShutdown,
  type OnModuleDestroy,
  type OnModuleInit,
  type Provider,
} from '@nestjs/common';
import { ApplicationConfig, DiscoveryModule, ModuleRef } from '@nestjs/core';
import { AUTH_PROVIDERS, AuthenticateRoute } from './auth/index.js';
import { BROADCAST_PROVIDERS, BroadcastService } from './broadcast/index.js';
import { type BounceWsOptions, type ResolvedOptions, resolveOptions } from './bounce-ws.options.js';
import {
  BOUNCE_WS_OPTIONS,
  ConfigurationError,
  createOr,
  ENGINE,
  EVENT_ROUTER,
  RESERVED_ROUTES,
  ROOM_MANAGER,
  SOCKET_CONTEXT,
  SUBSCRIBER_SOURCE,
} from './common/index.js';
import {
  AckRoute,
  type BounceSocket,
  Clock,
  CONNECTION_PROVIDERS,
  ConnectionRegistry,
  FlushScheduler,
  PingRoute,
  type ReservedRoute,
  type SocketContext,
  SocketIds,
} from './connection/index.js';
import { ClusterNode, ENGINE_PROVIDERS } from './engine/index.js';
import { PRESENCE_PROVIDERS, PresenceService } from './presence/index.js';
import { LocalRoomManager, ROOMS_PROVIDERS, RoomService } from './rooms/index.js';
import { CancelRoute, ExactRouter, ROUTING_PROVIDERS, RoutingTable } from './routing/index.js';
import {
  SenderExplorer,
  SenderRegistry,
  SENDERS_PROVIDERS,
  SubscribeRoute,
  SubscriptionRegistry,
  UnsubscribeRoute,
} from './senders/index.js';
import {
  BounceWsAdapter,
  BounceWsHealth,
  ClientScript,
  EndpointRegistry,
  TRANSPORT_PROVIDERS,
} from './transport/index.js';

/** What the app passed in, before the defaults are filled in. */
const GIVEN_OPTIONS = Symbol('BOUNCE_WS_GIVEN_OPTIONS');

const { ConfigurableModuleClass } = new ConfigurableModuleBuilder<BounceWsOptions>({
  optionsInjectionToken: GIVEN_OPTIONS,
})
  .setClassMethodName('forRoot')
  .build();

const RESERVED_ROUTE_CLASSES = [
  AckRoute,
  PingRoute,
  CancelRoute,
  SubscribeRoute,
  UnsubscribeRoute,
  AuthenticateRoute,
];

const COMPOSED: Provider[] = [
  { provide: BOUNCE_WS_OPTIONS, useFactory: resolveOptions, inject: [GIVEN_OPTIONS] },
  {
    provide: Clock,
    useFactory: ({ timestamps }: ResolvedOptions) => new Clock(timestamps),
    inject: [BOUNCE_WS_OPTIONS],
  },
  {
    provide: ROOM_MANAGER,
    useFactory: ({ roomManager }: ResolvedOptions, moduleRef: ModuleRef) =>
      createOr(moduleRef, roomManager, () => new LocalRoomManager()),
    inject: [BOUNCE_WS_OPTIONS, ModuleRef],
  },
  {
    provide: EVENT_ROUTER,
    useFactory: ({ router }: ResolvedOptions, moduleRef: ModuleRef) =>
      createOr(moduleRef, router, () => new ExactRouter()),
    inject: [BOUNCE_WS_OPTIONS, ModuleRef],
  },
  { provide: SUBSCRIBER_SOURCE, useExisting: SubscriptionRegistry },
  {
    provide: SOCKET_CONTEXT,
    useFactory: (
      clock: Clock,
      scheduler: FlushScheduler,
      rooms: RoomService,
      broadcaster: BroadcastService,
      { maxQueuedBytes, requestTimeoutMs, evalJs }: ResolvedOptions,
    ): SocketContext<BounceSocket<object>> => ({
      ids: new SocketIds(),
      clock,
      scheduler,
      rooms,
      broadcaster,
      maxQueuedBytes,
      requestTimeoutMs,
      evalJs,
    }),
    inject: [Clock, FlushScheduler, RoomService, BroadcastService, BOUNCE_WS_OPTIONS],
  },
  {
    provide: RESERVED_ROUTES,
    useFactory: (...routes: readonly ReservedRoute[]) => routes,
    inject: RESERVED_ROUTE_CLASSES,
  },
];

/**
 * WebSockets with events for Nest. Import it once, in the root module; its services can be injected everywhere.
 *
 * @example
 * @Module({ imports: [BounceWsModule.forRoot()], providers: [ChatGateway] })
 * export class AppModule {}
 */
@Global()
@Module({
  imports: [DiscoveryModule],
  providers: [
    ...COMPOSED,
    ...RESERVED_ROUTE_CLASSES,
    ...ENGINE_PROVIDERS,
    ...PRESENCE_PROVIDERS,
    ...AUTH_PROVIDERS,
    ...CONNECTION_PROVIDERS,
    ...ROOMS_PROVIDERS,
    ...BROADCAST_PROVIDERS,
    ...SENDERS_PROVIDERS,
    ...ROUTING_PROVIDERS,
    ...TRANSPORT_PROVIDERS,
  ],
  exports: [
    BounceWsAdapter,
    BounceWsHealth,
    ENGINE,
    ConnectionRegistry,
    RoomService,
    BroadcastService,
    PresenceService,
    SenderRegistry,
    ENGINE,
  ],
})
export class BounceWsModule
  extends ConfigurableModuleClass
  implements
    OnModuleInit,
    OnApplicationBootstrap,
    OnModuleDestroy,
    BeforeApplicationShutdown,
    OnApplicationShutdown
{
  readonly #logger = new Logger('BounceWs');
  #shutdownEndsAt = 0;

  constructor(
    private readonly config: ApplicationConfig,
    private readonly adapter: BounceWsAdapter,
    private readonly table: RoutingTable,
    private readonly senders: SenderExplorer,
    private readonly endpoints: EndpointRegistry,
    private readonly clientScript: ClientScript,
    private readonly cluster: ClusterNode,
    @Inject(BOUNCE_WS_OPTIONS) private readonly options: ResolvedOptions,
  ) {
    super();
    if (config.getIoAdapter() instanceof BounceWsAdapter) {
      throw new ConfigurationError(
        'BounceWsModule is imported twice with different options: import it in one place',
      );
    }
    // Before Nest creates the servers of the gateways, so that no app has to call useWebSocketAdapter().
    config.setIoAdapter(adapter);
  }

  /** Sets the module up. @throws ConfigurationError for an option that is out of range */
  static override forRoot(options: BounceWsOptions = {}): DynamicModule {
    return super.forRoot(options);
  }

  /** Finds handlers and senders, so that a wrong one fails the boot. */
  onModuleInit(): void {
    this.table.explore();
    this.clientScript.serve();
    if (this.#isAdapterInUse) this.endpoints.prepare();
  }

  /** Starts what other modules may use in their bootstrap hooks. Clients are let in when all of these have run. */
  async onApplicationBootstrap(): Promise<void> {
    this.senders.explore();
    if (!this.#isAdapterInUse) {
      this.#logger.warn(
        'Another WebSocket adapter was set with useWebSocketAdapter(); bounce-ws serves no clients',
      );
      return;
    }
    await this.cluster.start();
    await this.options.hooks.onStartup?.();
    await this.endpoints.startAfterBootstrap();
  }

  /** The node is not ready any more. */
  onModuleDestroy(): void {
    this.#shutdownEndsAt = performance.now() + this.options.shutdownTimeoutMs;
    this.endpoints.refuse();
  }

  /** Ends all connections while the services of the app are still there. */
  async beforeApplicationShutdown(): Promise<void> {
    await this.endpoints.end();
  }

  /** Closes what is still open. */
  async onApplicationShutdown(): Promise<void> {
    // Nest closes the adapter itself only when it has seen a gateway.
    await this.endpoints.dispose();
    try {
      await this.options.hooks.onShutdown?.();
    } catch (error) {
      this.#logger.error(
        'The onShutdown hook failed',
        error instanceof Error ? error.stack : String(error),
      );
    }
    // Last: until here something may still have to be told to the other nodes.
    await this.cluster.stop(Math.max(this.#shutdownEndsAt - performance.now(), 0));
  }

  get #isAdapterInUse(): boolean {
    return this.config.getIoAdapter() === this.adapter;
  }
}
