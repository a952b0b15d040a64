import type { ClientMessage, ServerMessage } from './envelope.interface.js';
import type { JsonLimits } from './json-limits.js';

/**
 * Translates between the frames of one wire format and messages. A codec holds no state: one instance serves every
 * connection, and a broadcast is encoded once for all members that share it.
 */
export interface Codec {
  /** Unique name, used in options and in `handshake.codec`. */
  readonly name: string;
  /** The WebSocket subprotocol a client asks for to get this codec, if it has one. */
  readonly subprotocol?: string;
  /** Whether frames are binary. A frame of the other kind closes the connection with 1003. */
  readonly binary: boolean;

  /**
   * Reads one frame: a `string` when {@link binary} is `false`, bytes otherwise.
   *
   * @throws BounceWsError with the code that the client is answered with (`bad_json`, `bad_envelope`, `too_deep`,
   *   `bad_timestamp`, `limit_exceeded`); nothing else may be thrown, whatever the frame holds.
   */
  decode(frame: string | Uint8Array, limits: JsonLimits): ClientMessage;

  /**
   * Writes one frame. Called once per broadcast and codec, and once per direct message.
   *
   * @throws TypeError when the payload cannot be written (a cycle, a BigInt, a function)
   */
  encode(message: ServerMessage): string | Uint8Array;
}
