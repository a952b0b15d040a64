export { AckRoute } from './ack.route.js';
export { BounceSocket, type SocketRequestOptions } from './bounce-socket.js';
export { Clock } from './clock.js';
export { CONNECTION_PROVIDERS } from './connection.providers.js';
export type { ConnectionOptions, RateLimit } from './connection.options.js';
export {
  type ClosedConnection,
  ConnectionRegistry,
  type IdentifiedConnection,
} from './connection.registry.js';
export { deliver } from './deliver.js';
export { FrameCache, type Frames } from './frame-cache.js';
export { FlushingWebSocket } from './flushing-websocket.js';
export { FlushScheduler } from './flush.scheduler.js';
export { Handshake } from './handshake.js';
export type { Identity } from './identity.interface.js';
export { Heartbeat } from './heartbeat.js';
export { OutboundFrame } from './outbound-frame.js';
export { PingRoute } from './ping.route.js';
export { ANSWERED, type ReservedRoute } from './reserved-route.interface.js';
export type {
  SocketBroadcaster,
  SocketBroadcastOptions,
  SocketContext,
  SocketRooms,
} from './socket-context.interface.js';
export { SharedReads } from './shared-reads.js';
export type { EmitOptions, Lossy, SlowReaderPolicy } from './slow-reader-policy.js';
export { SocketIds } from './socket-ids.js';
export { TokenBucket } from './token-bucket.js';
export { assertUserId, isUserId } from './user-id.js';
