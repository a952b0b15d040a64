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
} from '@nestjs/common';
import { ApplicationConfig, DiscoveryModule } from '@nestjs/core';
import { BroadcastService } from './broadcast/index.js';
import type { BounceWsOptions, ResolvedOptions } from './bounce-ws.options.js';
import { BOUNCE_WS_PROVIDERS, GIVEN_OPTIONS } from './bounce-ws.providers.js';
import { BOUNCE_WS_OPTIONS, ConfigurationError, ENGINE } from './common/index.js';
import { ConnectionRegistry } from './connection/index.js';
import { ClusterNode } from './engine/index.js';
import { HistoryService } from './history/index.js';
import { PresenceService } from './presence/index.js';
import { RoomService } from './rooms/index.js';
import { RoutingTable } from './routing/index.js';
import { SenderExplorer, SenderRegistry } from './senders/index.js';
import {
  BounceWsAdapter,
  BounceWsHealth,
  ClientScript,
  EndpointRegistry,
} from './transport/index.js';

const { ConfigurableModuleClass } = new ConfigurableModuleBuilder<BounceWsOptions>({
  optionsInjectionToken: GIVEN_OPTIONS,
})
  .setClassMethodName('forRoot')
  .build();

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
  providers: BOUNCE_WS_PROVIDERS,
  exports: [
    BounceWsAdapter,
    BounceWsHealth,
    ENGINE,
    ConnectionRegistry,
    RoomService,
    BroadcastService,
    PresenceService,
    HistoryService,
    SenderRegistry,
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
