export { BounceWsModule } from './bounce-ws.module.js';
export { type BounceWsOptions, DEFAULTS } from './bounce-ws.options.js';
export {
  type Audience,
  type Backplane,
  type Channel,
  type ClusterAction,
  type ClusterMessage,
  type Exceptions,
  type Gap,
  type InterestDirectory,
  type Leases,
  type LocalRooms,
  MemoryBus,
  type RoomDirectory,
} from './backplane/index.js';
export {
  type BroadcastException,
  BroadcastService,
  BroadcastTarget,
  type UserException,
} from './broadcast/index.js';
export { ConfigurationError, ENGINE } from './common/index.js';
export {
  BounceSocket,
  type ClosedConnection,
  type ConnectionOptions,
  ConnectionRegistry,
  type EmitOptions,
  Handshake,
  type IdentifiedConnection,
  type Identity,
  type RateLimit,
  type SlowReaderPolicy,
  type SocketBroadcastOptions,
  type SocketRequestOptions,
} from './connection/index.js';
export {
  type Engine,
  type EngineHealth,
  type EngineOptions,
  memoryEngine,
  type MemoryEngineOptions,
} from './engine/index.js';
export {
  BounceWsError,
  type BounceWsErrorOptions,
  checkJsonLimits,
  type ClientMessage,
  CloseCode,
  type Codec,
  type EmitArguments,
  ErrorCode,
  type ErrorData,
  type EventAnswer,
  type EventData,
  type EventMap,
  type EventName,
  isEventName,
  type JsonLimits,
  type MessageId,
  parseJsonObject,
  type RequestArguments,
  type ServerMessage,
  type TimestampStyle,
} from './protocol/index.js';
export {
  LocalRoomManager,
  type RoomManager,
  RoomService,
  type RoomsOptions,
} from './rooms/index.js';
export {
  AbstractHandler,
  Client,
  type EventMiddleware,
  type EventRouter,
  type MessageContext,
  OnEvent,
  type OnEventOptions,
  OnWsEvent,
  Payload,
  type PayloadOptions,
  type Route,
  type RoutingOptions,
  type StaleMessages,
} from './routing/index.js';
export { runServer, type RunServerOptions } from './run-server.js';
export {
  AbstractSender,
  AbstractTimedSender,
  EmitEvery,
  type EmitEveryOptions,
  type Schedule,
  SenderRegistry,
  type SendersOptions,
} from './senders/index.js';
export {
  BounceWsAdapter,
  BounceWsHealth,
  type CodecName,
  type CompressionOptions,
  type EndpointOptions,
  type GatewayServer,
  type HealthReport,
  type Hooks,
  type NodeState,
  type TransportOptions,
  type UpgradeContext,
} from './transport/index.js';
