export { BounceWsError, CloseCode, ErrorCode, type ErrorData } from '../protocol/index.js';
export { BounceClient } from './bounce-client.js';
export type {
  ClientState,
  CloseInfo,
  ErrorListener,
  StateChange,
  StateListener,
} from './client-state.js';
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
  EmitArguments,
  EventAnswer,
  EventData,
  EventHandler,
  EventMap,
  EventName,
  Incoming,
  Message,
  RequestArguments,
  RequestHandler,
  Unsubscribe,
} from './event-map.js';
export type { RequestOptions } from './pending-requests.js';
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
