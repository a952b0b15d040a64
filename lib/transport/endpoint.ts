import type { IncomingMessage, Server as HttpServer } from 'node:http';
import type { Duplex } from 'node:stream';
import { type Server, type ServerOptions, WebSocketServer } from 'ws';
import { type BounceSocket, FlushingWebSocket } from '../connection/index.js';
import type { Codec } from '../protocol/index.js';
import type { ConnectHook, EndpointRoutes } from '../routing/index.js';
import type { CodecCatalogue } from './codec.catalogue.js';
import { GatewayServer } from './gateway-server.js';
import type { UpgradeContext } from './upgrade-context.js';

/** What an endpoint sets up each socket with. */
export interface EndpointSettings {
  readonly maxPayloadBytes: number;
  readonly closeTimeoutMs: number;
}

/** A message in more pieces than this is refused: each piece costs memory that `maxPayload` does not count (ws advisories). */
const MAX_FRAGMENTS = 1_024;

// closeTimeout is newer than the published types of `ws`.
type UpgraderOptions = ServerOptions<typeof FlushingWebSocket> & { readonly closeTimeout: number };

/** One path where clients connect: what it speaks, what happens there and who is there. */
export class Endpoint {
  /** What the gateways of this path see as their server. */
  readonly server: GatewayServer;

  #routes: EndpointRoutes | undefined;
  #codecs: readonly Codec[] = [];
  readonly #upgrader: Server<typeof FlushingWebSocket>;
  readonly #contexts = new WeakMap<IncomingMessage, UpgradeContext>();

  constructor(
    readonly path: string,
    readonly httpServer: HttpServer,
    private readonly catalogue: CodecCatalogue,
    settings: EndpointSettings,
  ) {
    this.server = new GatewayServer(path, httpServer);
    const options: UpgraderOptions = {
      noServer: true,
      WebSocket: FlushingWebSocket,
      clientTracking: false,
      perMessageDeflate: false,
      maxPayload: settings.maxPayloadBytes,
      closeTimeout: settings.closeTimeoutMs,
      maxFragments: MAX_FRAGMENTS,
      handleProtocols: (_offered, request) => this.#contexts.get(request)?.subprotocol ?? false,
    };
    this.#upgrader = new WebSocketServer<typeof FlushingWebSocket>(options);
    this.#upgrader.on('headers', (lines, request) => {
      lines.push(...(this.#contexts.get(request)?.headerLines ?? []));
    });
  }

  /** What happens here; `undefined` until the app is bootstrapped, and nobody is let in before. */
  get routes(): EndpointRoutes | undefined {
    return this.#routes;
  }

  /** Opens it for clients. @param codecs - what is spoken here; the first one with clients that ask for none */
  open(routes: EndpointRoutes, codecs: readonly [Codec, ...Codec[]]): void {
    this.#codecs = codecs;
    // Gateways written for `ws` listen to `connection`; a failure there refuses the client as any connect hook's does.
    const announce: ConnectHook = (socket, request) =>
      void this.server.emit('connection', socket, request);
    this.#routes = { ...routes, connectHooks: [announce, ...routes.connectHooks] };
  }

  /** Everybody here, also while the connect hooks run. */
  get sockets(): ReadonlySet<BounceSocket> {
    return this.server.clients;
  }

  /** @internal */
  add(socket: BounceSocket): void {
    this.server.clients.add(socket);
  }

  /** @internal */
  remove(socket: BounceSocket): void {
    this.server.clients.delete(socket);
    if (this.server.clients.size === 0) this.server.emit('empty');
  }

  /** The codec that a subprotocol stands for here. */
  codecFor(subprotocol: string): Codec | undefined {
    return (
      this.#codecs.find((codec) => codec.subprotocol === subprotocol) ??
      this.catalogue.forSubprotocol(subprotocol)
    );
  }

  /** The codec for clients that ask for none. @throws TypeError before the endpoint is open */
  get defaultCodec(): Codec {
    const [codec] = this.#codecs;
    if (codec === undefined) throw new TypeError(`The endpoint ${this.path} is not open`);
    return codec;
  }

  /** Answers the upgrade request. `ws` refuses by itself what RFC 6455 forbids (key, version, method). */
  upgrade(
    context: UpgradeContext,
    request: IncomingMessage,
    stream: Duplex,
    head: Buffer,
    accept: (ws: FlushingWebSocket) => void,
  ): void {
    this.#contexts.set(request, context);
    this.#upgrader.handleUpgrade(request, stream, head, accept);
  }
}
