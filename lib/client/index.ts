export {
  BounceWsError,
  type ClientCodec,
  CloseCode,
  type EmitArguments,
  ErrorCode,
  type ErrorData,
  type EventAnswer,
  type EventData,
  type EventMap,
  type EventName,
  type RequestArguments,
} from '../protocol/index.js';
export { BounceClient } from './bounce-client.js';
export type {
  ClientState,
  CloseInfo,
  ErrorListener,
  StateChange,
  StateListener,
} from './client-state.js';
export type { ClientRecovery } from './client-recovery.interface.js';
export {
  CLIENT_DEFAULTS,
  type ClientOptions,
  type HeartbeatOptions,
  type OfflineQueueOptions,
  type ReconnectOptions,
  type Token,
} from './client.options.js';
export type {
  AnyEventHandler,
  BuiltInEvents,
  EventHandler,
  Incoming,
  Message,
  RecoveryData,
  RequestHandler,
  Unsubscribe,
} from './client-events.js';
export type { RequestOptions } from './pending-requests.js';
export type { ServerPort } from './server-port.interface.js';
export type {
  SocketCloseEvent,
  SocketErrorEvent,
  SocketEvent,
  SocketEventListener,
  SocketEventMap,
  SocketMessageEvent,
} from './socket-events.interface.js';
export type {
  Frame,
  ReadyState,
  WebSocketConstructor,
  WebSocketEvent,
  WebSocketLike,
} from './web-socket-like.interface.js';
export type { WebSocketSurface } from './web-socket-surface.js';
