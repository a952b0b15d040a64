/** The close codes the server uses; PROTOCOL.md, section 10, says for each whether a client reconnects. */
export const CloseCode = {
  /** The connection has done its work. Reconnect: no. */
  Normal: 1000,
  /** The server stops, or the page is left. Reconnect: yes. */
  GoingAway: 1001,
  /** RFC 6455 was violated. Reconnect: no. */
  ProtocolError: 1002,
  /** A frame of the other kind than the codec's. Reconnect: no. */
  UnsupportedData: 1003,
  /** A text frame was not UTF-8. Reconnect: no. */
  InvalidUtf8: 1007,
  /** A message came in too many fragments or pieces. Reconnect: no. */
  PolicyViolation: 1008,
  /** A message was larger than `maxPayloadBytes`. Reconnect: no. */
  TooBig: 1009,
  /** The connection could not be set up because the server failed. Reconnect: yes. */
  InternalError: 1011,
  /** The server restarts. Reconnect: yes. */
  Restart: 1012,
  /** The server is overloaded, or the client reads too slowly. Reconnect: yes. */
  Overloaded: 1013,
  /** Too many messages that are no valid envelope. Reconnect: no. */
  TooManyBadMessages: 4400,
  /** Not authenticated, or the token expired. Reconnect: only with a new token. */
  Unauthenticated: 4401,
  /** The server refused the connection. Reconnect: no. */
  Forbidden: 4403,
  /** The handshake, the authentication or a heartbeat took too long. Reconnect: yes. */
  Timeout: 4408,
  /** A newer connection of the same user took this one's place. Reconnect: no. */
  Replaced: 4409,
  /** The client kept sending above its rate limit. Reconnect: yes, after the longest back-off. */
  RateLimited: 4429,
} as const;

/** One of the close codes of PROTOCOL.md. */
export type CloseCode = (typeof CloseCode)[keyof typeof CloseCode];
