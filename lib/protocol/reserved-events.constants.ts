/** The event names that the protocol itself gives a meaning to; PROTOCOL.md, section 5. */
export const ReservedEvent = {
  Subscribe: 'subscribe',
  Unsubscribe: 'unsubscribe',
  Authenticate: 'authenticate',
  Hello: 'hello',
  Ack: 'ack',
  Cancel: 'cancel',
  Ping: 'ping',
  Pong: 'pong',
  Error: 'error',
  EvalJs: 'eval_js',
  Connect: 'connect',
  Disconnect: 'disconnect',
  PresenceState: 'presence_state',
  PresenceDiff: 'presence_diff',
  Recovery: 'recovery',
} as const;

/** Names the server sends, or raises itself. A client that sends one is answered `reserved_event`. */
export const SERVER_ONLY_EVENTS: ReadonlySet<string> = new Set([
  ReservedEvent.Connect,
  ReservedEvent.Disconnect,
  ReservedEvent.Error,
  ReservedEvent.Pong,
  ReservedEvent.EvalJs,
  ReservedEvent.PresenceState,
  ReservedEvent.PresenceDiff,
  ReservedEvent.Recovery,
]);

/** Names a client may send and only this package handles. */
export const CLIENT_RESERVED_EVENTS: ReadonlySet<string> = new Set([
  ReservedEvent.Subscribe,
  ReservedEvent.Unsubscribe,
  ReservedEvent.Authenticate,
  ReservedEvent.Hello,
  ReservedEvent.Ack,
  ReservedEvent.Cancel,
]);

/** All names that an application may not handle or send. `ping` is free: an application may take it over. */
export const RESERVED_EVENTS: ReadonlySet<string> = new Set([
  ...SERVER_ONLY_EVENTS,
  ...CLIENT_RESERVED_EVENTS,
]);

/** Whether a name is one of {@link RESERVED_EVENTS}. */
export function isReservedEvent(event: string): boolean {
  return RESERVED_EVENTS.has(event);
}
