import type { IncomingMessage, Server as HttpServer } from 'node:http';
import type { Duplex } from 'node:stream';
import {
  type PerMessageDeflateOptions,
  type Server,
  type ServerOptions,
  WebSocketServer,
} from 'ws';
import { type BounceSocket, FlushingWebSocket, SharedReads } from '../connection/index.js';
import type { Codec } from '../protocol/index.js';
import type { ConnectHook, EndpointRoutes } from '../routing/index.js';
import type { CodecCatalogue } from './codec.catalogue.js';
import { GatewayServer } from './gateway-server.js';
import type { ResolvedTransportOptions } from './transport.settings.js';
import type { UpgradeContext } from './upgrade-context.js';

/** What an endpoint sets up each socket with. */
export type EndpointSettings = Pick<
  ResolvedTransportOptions,
  'maxPayloadBytes' | 'closeTimeoutMs' | 'maxFragments' | 'maxPendingPongs' | 'compression'
>;

const COMPRESSION_THRESHOLD_BYTES = 1_024;

// What arrived of a frame is kept as it came, and each piece takes some 300 bytes of its own, be it a single byte.
// TCP itself cuts into pieces of at least 536 bytes.
const SMALLEST_PIECE_BYTES = 64;
const MIN_PIECES = 1_024;

// These are newer than the published types of `ws`.
type UpgraderOptions = ServerOptions<typeof FlushingWebSocket> & {
  readonly closeTimeout: number;
  readonly maxPendingAutoPongs: number;
};

/** One path where clients connect: what it speaks, what happens there and who is there. */
export class Endpoint {
  /** What the gateways of this path see as their server. */
  readonly server: GatewayServer;

  #routes: EndpointRoutes | undefined;
  #codecs: readonly Codec[] = [];
  // They have sent no token yet: nothing of the app is theirs to get.
  readonly #waiting = new Set<BounceSocket>();
  readonly #upgrader: Server<typeof FlushingWebSocket>;
  readonly #reads = new SharedReads();
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
      perMessageDeflate: deflateOptions(settings.compression),
      maxPayload: settings.maxPayloadBytes,
      closeTimeout: settings.closeTimeoutMs,
      maxFragments: settings.maxFragments,
      maxBufferedChunks: Math.max(
        MIN_PIECES,
        Math.ceil(settings.maxPayloadBytes / SMALLEST_PIECE_BYTES),
      ),
      maxPendingAutoPongs: settings.maxPendingPongs,
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

  /** Everybody here, also while the connect hooks run or the token has not come. */
  get sockets(): Iterable<BounceSocket> {
    return [...this.server.clients, ...this.#waiting];
  }

  /** @internal */
  addWaiting(socket: BounceSocket): void {
    this.#waiting.add(socket);
  }

  /** @internal */
  add(socket: BounceSocket): void {
    this.#waiting.delete(socket);
    this.server.clients.add(socket);
  }

  /** @internal */
  remove(socket: BounceSocket): void {
    this.#waiting.delete(socket);
    this.server.clients.delete(socket);
  }

  /** The codec that a subprotocol stands for here. */
  codecFor(subprotocol: string): Codec | undefined {
    return (
      this.#codecs.find((codec) => codec.subprotocol === subprotocol) ??
      this.catalogue.forSubprotocol(subprotocol)
    );
  }

  /** The codec of a client with that subprotocol, or with none. @throws TypeError before the endpoint is open */
  codecOf(subprotocol: string | undefined): Codec {
    const [first] = this.#codecs;
    const codec = (subprotocol === undefined ? undefined : this.codecFor(subprotocol)) ?? first;
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
    this.#upgrader.handleUpgrade(request, stream, head, (ws) => {
      this.#reads.add(stream);
      accept(ws);
    });
  }
}

function deflateOptions(
  compression: EndpointSettings['compression'],
): false | PerMessageDeflateOptions {
  if (compression === false) return false;
  const { thresholdBytes = COMPRESSION_THRESHOLD_BYTES } = compression === true ? {} : compression;
  return {
    threshold: thresholdBytes,
    // Contexts that are kept from message to message are some 300 KB a connection, whether it talks or not.
    serverNoContextTakeover: true,
    clientNoContextTakeover: true,
  };
}
