export {
  BounceWsError,
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
export type {
  SyncCloseEvent,
  SyncErrorEvent,
  SyncEvent,
  SyncMessageEvent,
  SyncOpenEvent,
} from './callback-events.js';
export { ConnectionError } from './connection-error.js';
export type {
  BuiltInEvents,
  CloseInfo,
  EventHandler,
  Incoming,
  Message,
  RequestHandler,
} from './sync-events.js';
export { ReadyState } from './ready-state.constants.js';
export type { EventMessage, RawMessage, ReceivedMessage } from './received-message.js';
export { SyncBounceClient } from './sync-bounce-client.js';
export type { SyncCallbacks } from './sync-callbacks.js';
export {
  type PollOptions,
  type ReceiveOptions,
  SYNC_CLIENT_DEFAULTS,
  type SyncClientOptions,
  type SyncHeartbeatOptions,
  type SyncRequestOptions,
} from './sync-client.options.js';
export type { SyncSocketSurface } from './sync-socket-surface.js';
