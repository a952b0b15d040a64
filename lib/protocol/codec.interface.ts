import type { ClientMessage, ServerMessage } from './envelope.interface.js';
import type { JsonLimits } from './json-limits.js';

/**
 * Translates between the frames of one wire format and messages; docs/codecs.md has one in ten lines.
 *
 * Who calls it: {@link decode} once for each frame that arrives, {@link encode} once for each message to one client and
 * once for each broadcast. Both are synchronous and are called for all connections in turn, so a codec holds no state,
 * and one instance serves every connection and every endpoint. Recipients that share an instance share the encoded frame.
 *
 * What it may assume: a frame has at most `maxPayloadBytes`, is of the kind that {@link binary} says, and text is valid
 * UTF-8. What it must guarantee is said with each member.
 */
export interface Codec {
  /** What `handshake.codec` says. Unique among the codecs of an app. */
  readonly name: string;
  /** The WebSocket subprotocol a client asks for to get this codec, if it has one. */
  readonly subprotocol?: string;
  /** Whether frames are binary. A frame of the other kind closes the connection with 1003. */
  readonly binary: boolean;
  /**
   * Whether messages can carry an `id`, so that a client can answer. Without, no request is ever acked, and
   * `BounceSocket.request()` rejects with `unavailable` at once.
   *
   * @default false
   */
  readonly hasIds?: boolean;
  /**
   * Whether a client gets the messages of every sender from the start, as if it had subscribed to `"*"`: for formats whose
   * clients do not know how to ask.
   *
   * @default false
   */
  readonly subscribesToAll?: boolean;
  /**
   * Whether a client whose handshake brings a bad token is let in without a user and told by an `error`, where others are
   * refused with HTTP 401: for formats whose clients expect that.
   *
   * @default false
   */
  readonly toleratesBadTokens?: boolean;

  /**
   * Reads one frame. The `event` of what it returns must be a valid event name ({@link isEventName}), an `id` a valid id;
   * `data` is `{}` when the client sent none. Payload keys must be own properties, whatever they are called, and nesting and
   * key counts within `limits` ({@link checkJsonLimits} does that for JSON). Reserved events (`authenticate`, `subscribe`,
   * `ping`, ...) are named as in PROTOCOL.md, section 5, whatever the format calls them.
   *
   * @param frame - a `string` when {@link binary} is `false`, bytes otherwise; not to be kept or changed
   * @throws BounceWsError with the code that the client is answered with (`bad_json`, `bad_envelope`, `too_deep`,
   *   `bad_timestamp`, `limit_exceeded`). Anything else that is thrown is answered `internal_error` and logged. Ten such
   *   frames in ten seconds close the connection.
   */
  decode(frame: string | Uint8Array, limits: JsonLimits): ClientMessage;

  /**
   * Writes one frame. Everything that goes out passes here, also what the package itself sends: `error` (its data is
   * {@link ErrorData}), `ack`, `pong`, `eval_js`.
   *
   * @returns the frame: a `string` when {@link binary} is `false`, bytes otherwise. `undefined` for a message that has no
   *   form in this format; nothing is sent then.
   * @throws TypeError when the payload cannot be written (a cycle, a BigInt, a function)
   */
  encode(message: ServerMessage): string | Uint8Array | undefined;
}
