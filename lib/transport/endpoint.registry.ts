import { createServer, type IncomingMessage, type Server } from 'node:http';
import { once } from 'node:events';
import type { Duplex } from 'node:stream';
import { Inject, Injectable } from '@nestjs/common';
import { HttpAdapterHost, ModulesContainer } from '@nestjs/core';
import {
  afterBootstrap,
  BOUNCE_WS_OPTIONS,
  ConfigurationError,
  normalizePath,
} from '../common/index.js';
import type { BounceSocket } from '../connection/index.js';
import type { Codec } from '../protocol/index.js';
import { type Gateway, RoutingTable } from '../routing/index.js';
import { CodecCatalogue } from './codec.catalogue.js';
import { ConnectionDrain } from './connection.drain.js';
import { Endpoint } from './endpoint.js';
import type { GatewayServer } from './gateway-server.js';
import { HandshakeWatch } from './handshake-watch.js';
import { refuse } from './refusal.js';
import type { ResolvedTransportOptions } from './transport.settings.js';
import { ignoreReset, UpgradeHandler } from './upgrade.handler.js';

/** The port that stands for the app's own HTTP server, as in Nest. */
const APP_PORT = 0;

const DEFAULT_CODEC = 'bounce';

type UpgradeListener = (request: IncomingMessage, stream: Duplex, head: Buffer) => void;

/** All addresses where clients connect: which HTTP server they are on, when they open and when they close. */
@Injectable()
export class EndpointRegistry {
  readonly #endpoints = new Map<number, Map<string, Endpoint>>();
  readonly #ownServers = new Map<number, Server>();
  readonly #listeners = new Map<Server, UpgradeListener>();
  readonly #watches = new Map<Server, HandshakeWatch>();

  constructor(
    private readonly httpHost: HttpAdapterHost,
    private readonly table: RoutingTable,
    private readonly upgrades: UpgradeHandler,
    private readonly drain: ConnectionDrain,
    private readonly catalogue: CodecCatalogue,
    private readonly modules: ModulesContainer,
    @Inject(BOUNCE_WS_OPTIONS) private readonly options: ResolvedTransportOptions,
  ) {}

  /** What a gateway of that port and path has as its server. Without a path it is that of the module's first endpoint. */
  serverFor(port: number, path: string | undefined): GatewayServer {
    return this.#ensure(port, path ?? (port === APP_PORT ? this.#modulePaths()[0]! : '/')).server;
  }

  /** Answers upgrade requests with 503 until {@link start}. To be called when Nest has set up the gateways. */
  prepare(): void {
    if (this.#opensModulePaths()) {
      for (const path of this.#modulePaths()) this.#ensure(APP_PORT, path);
    }
    for (const [port, endpoints] of this.#endpoints) {
      for (const { httpServer } of endpoints.values()) this.#listenForUpgrades(port, httpServer);
    }
  }

  /** Opens all endpoints when the bootstrap hooks of all modules have run. To be called in one of them. */
  async startAfterBootstrap(): Promise<void> {
    if (!afterBootstrap(this.modules, () => this.start())) await this.start();
  }

  /** Opens all endpoints. @throws ConfigurationError when two handlers want the same event, or a codec cannot be loaded */
  async start(): Promise<void> {
    this.prepare();
    for (const [port, endpoints] of this.#endpoints) {
      for (const endpoint of endpoints.values()) {
        const { path } = endpoint;
        const isModuleEndpoint = port === APP_PORT && this.#modulePaths().includes(path);
        const routes = this.table.forEndpoint({ port, path, isModuleEndpoint });
        endpoint.open(routes, await this.#codecsOf(port, path));
      }
    }
    this.upgrades.open();
    await Promise.all(Array.from(this.#ownServers, ([port, server]) => listen(server, port)));
  }

  /** Lets nobody in any more. */
  refuse(): void {
    this.upgrades.close();
  }

  /** Says goodbye to everybody on all endpoints, and waits until they, their handlers and disconnect hooks are done. */
  async end(): Promise<void> {
    this.refuse();
    await this.drain.run(() => this.#sockets());
    // Browsers open some in advance, and Node closes a server only when they are gone.
    for (const watch of this.#watches.values()) watch.endSilent();
  }

  /** Closes the server of a gateway. Nodes stop as a whole: the first call ends the connections of all of them. */
  async close(server: GatewayServer): Promise<void> {
    await this.end();
    server.emit('close');
  }

  /** Closes what is still open and gives back what was taken from the HTTP servers. */
  async dispose(): Promise<void> {
    const endpoints = [...this.#endpoints.values()].flatMap((byPath) => [...byPath.values()]);
    await Promise.all(endpoints.map(({ server }) => this.close(server)));
    for (const [server, listener] of this.#listeners) server.off('upgrade', listener);
    this.#listeners.clear();
    for (const watch of this.#watches.values()) watch.stop();
    this.#watches.clear();
    await Promise.all(
      Array.from(
        this.#ownServers.values(),
        (server) => new Promise((resolve) => server.close(resolve)),
      ),
    );
  }

  *#sockets(): Generator<BounceSocket> {
    for (const endpoints of this.#endpoints.values()) {
      for (const { sockets } of endpoints.values()) yield* sockets;
    }
  }

  #ensure(port: number, rawPath: string): Endpoint {
    const path = normalizePath(rawPath);
    const endpoints = this.#endpoints.get(port) ?? new Map<string, Endpoint>();
    this.#endpoints.set(port, endpoints);
    const existing = endpoints.get(path);
    if (existing !== undefined) return existing;
    const endpoint = new Endpoint(path, this.#httpServer(port), this.catalogue, this.options);
    endpoints.set(path, endpoint);
    return endpoint;
  }

  #httpServer(port: number): Server {
    if (port === APP_PORT) return this.httpHost.httpAdapter.getHttpServer() as Server;
    const server =
      this.#ownServers.get(port) ??
      createServer((_request, response) => response.writeHead(426).end());
    this.#ownServers.set(port, server);
    return server;
  }

  // A gateway's own path may have an entry in the options too; its own port may not.
  async #codecsOf(port: number, path: string): Promise<[Codec, ...Codec[]]> {
    const options =
      port === APP_PORT
        ? this.options.endpoints.find((other) => normalizePath(other.path) === path)
        : undefined;
    const [first = DEFAULT_CODEC, ...others] = [options?.codec ?? []].flat();
    return [
      await this.catalogue.get(first),
      ...(await Promise.all(others.map((choice) => this.catalogue.get(choice)))),
    ];
  }

  #listenForUpgrades(port: number, server: Server): void {
    if (this.#listeners.has(server)) return;
    const watch = new HandshakeWatch(server, this.options.handshakeTimeoutMs);
    this.#watches.set(server, watch);
    const listener: UpgradeListener = (request, stream, head) => {
      watch.passed(request);
      stream.on('error', ignoreReset);
      const endpoint = this.#endpoints.get(port)?.get(pathOf(request));
      if (endpoint !== undefined) this.upgrades.handle(endpoint, request, stream, head);
      // Somebody else's path is theirs to answer, if there is somebody else.
      else if (server.listenerCount('upgrade') > 1) stream.off('error', ignoreReset);
      else refuse(stream, { status: 404, message: 'There is no WebSocket endpoint at this path' });
    };
    server.on('upgrade', listener);
    this.#listeners.set(server, listener);
  }

  #modulePaths(): readonly string[] {
    return this.options.endpoints.map(({ path }) => normalizePath(path));
  }

  // Not when every gateway has a path of its own: an open '/' that answers nothing would only puzzle.
  #opensModulePaths(): boolean {
    const { gateways } = this.table;
    return gateways.length === 0 || gateways.some(usesModuleEndpoints);
  }
}

function usesModuleEndpoints({ port, path }: Gateway): boolean {
  return port === APP_PORT && path === undefined;
}

function pathOf({ url = '/' }: IncomingMessage): string {
  const end = url.indexOf('?');
  return normalizePath(end === -1 ? url : url.slice(0, end));
}

async function listen(server: Server, port: number): Promise<void> {
  server.listen(port);
  try {
    await once(server, 'listening');
  } catch (cause) {
    throw new ConfigurationError(`A gateway cannot listen on port ${port}`, { cause });
  }
}
