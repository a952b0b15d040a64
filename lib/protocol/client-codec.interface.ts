/**
 * How a client writes and reads the envelope of PROTOCOL.md, section 3: the client's end of a codec whose frames hold that
 * envelope.
 */
export interface ClientCodec {
  /** The WebSocket subprotocol that asks the server for this codec. */
  readonly subprotocol: string;
  /** Whether frames are binary; then frames are received as `ArrayBuffer`, too. */
  readonly binary: boolean;
  /** Writes an envelope. Members that are `undefined` are left out. @throws TypeError when the data cannot be written */
  write(envelope: object): string | Uint8Array<ArrayBuffer>;
  /** Reads whatever the frame holds; it need not be an envelope. @throws BounceWsError when it cannot be read */
  read(frame: string | Uint8Array): unknown;
}
