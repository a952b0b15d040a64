/** Injection token of the options with every default filled in. Each folder reads only the part that is its own. */
export const BOUNCE_WS_OPTIONS = Symbol('BOUNCE_WS_OPTIONS');

/** Injection token of the collaborators that every `BounceSocket` shares. */
export const SOCKET_CONTEXT = Symbol('SOCKET_CONTEXT');

/** Injection token of the replaceable `RoomManager`. */
export const ROOM_MANAGER = Symbol('ROOM_MANAGER');

/** Injection token of the replaceable `EventRouter`. */
export const EVENT_ROUTER = Symbol('EVENT_ROUTER');

/** Injection token of the source that `BroadcastService.toSubscribers()` asks. */
export const SUBSCRIBER_SOURCE = Symbol('SUBSCRIBER_SOURCE');

/** Injection token of the app's `Authenticator`; `undefined` when authentication is off. */
export const AUTHENTICATOR = Symbol('AUTHENTICATOR');

/** Injection token of the `Engine`: what makes one cluster of several nodes. */
export const ENGINE = Symbol('ENGINE');

/** Injection token of the engine's `Backplane`. */
export const BACKPLANE = Symbol('BACKPLANE');

/** Injection token of the engine's `RoomDirectory`. */
export const ROOM_DIRECTORY = Symbol('ROOM_DIRECTORY');

/** Injection token of the engine's `InterestDirectory`. */
export const INTEREST_DIRECTORY = Symbol('INTEREST_DIRECTORY');

/** Injection token of the engine's `Leases`. */
export const LEASES = Symbol('LEASES');

/** Injection token of the engine's `PresenceStore`. */
export const PRESENCE_STORE = Symbol('PRESENCE_STORE');

/** Injection token of the engine's `HistoryStore`. */
export const HISTORY_STORE = Symbol('HISTORY_STORE');

/** Injection token of this node's name, which the engine gives. */
export const NODE_ID = Symbol('NODE_ID');

/** Injection token of the list of routes that the folders of this package bring themselves. */
export const RESERVED_ROUTES = Symbol('RESERVED_ROUTES');
