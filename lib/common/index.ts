export { afterBootstrap } from './after-bootstrap.js';
export { assertInRange, assertOneOf, assertSwitchable } from './assert-option.js';
export { ConfigurationError } from './configuration.error.js';
export { createOr } from './create-or.js';
export { isPromiseLike } from './is-promise-like.js';
export {
  BounceMetadata,
  EVENT_EMITTER_LISTENER_METADATA,
  NestMetadata,
} from './metadata-keys.constants.js';
export { normalizePath } from './normalize-path.js';
export {
  AUTHENTICATOR,
  BACKPLANE,
  BOUNCE_WS_OPTIONS,
  ENGINE,
  EVENT_ROUTER,
  HISTORY_STORE,
  INTEREST_DIRECTORY,
  LEASES,
  NODE_ID,
  PRESENCE_STORE,
  RESERVED_ROUTES,
  ROOM_DIRECTORY,
  ROOM_MANAGER,
  SOCKET_CONTEXT,
  SUBSCRIBER_SOURCE,
} from './tokens.constants.js';
export { within } from './within.js';
