import { Packr, Unpackr } from 'msgpackr';
import { BounceWsError } from '../bounce-ws.error.js';
import type { ClientCodec } from '../client-codec.interface.js';
import type { Codec } from '../codec.interface.js';
import type { ClientMessage, ServerMessage } from '../envelope.interface.js';
import type { JsonLimits } from '../json-limits.js';
import { checkMsgpack } from '../msgpack/check-msgpack.js';
import { toJsonModel } from '../msgpack/json-model.js';
import { readEnvelope } from '../read-envelope.js';

const READING = { useRecords: false, int64AsType: 'number', copyBuffers: true } as const;

/** The server is trusted with the size of what it sends, as with JSON. */
const NO_LIMITS: JsonLimits = { maxDepth: Infinity, maxKeys: Infinity };

/**
 * The envelope of PROTOCOL.md, section 3, as MessagePack in binary frames (appendix A), for servers and, as the option
 * `codec`, for `BounceClient`. Needs the package `msgpackr`.
 *
 * @example
 * const client = new BounceClient(url, { codec: new MsgpackCodec() });
 */
export class MsgpackCodec implements Codec, ClientCodec {
  readonly name = 'msgpack';
  readonly subprotocol = 'bounce.v1.msgpack';
  readonly binary = true;
  readonly hasIds = true;

  // Records and other extensions stay off: other languages' libraries do not know them.
  readonly #writer = new Packr({ useRecords: false });
  readonly #reader = new Unpackr({ ...READING, mapsAsObjects: true });
  readonly #carefulReader = new Unpackr({ ...READING, mapsAsObjects: false });

  decode(frame: Uint8Array, limits: JsonLimits): ClientMessage {
    const value = this.#read(frame, limits);
    if (typeof value !== 'object' || value === null) throw new BounceWsError('bad_envelope');
    return readEnvelope(value);
  }

  encode({ event, data, timestamp, id, room, offset }: ServerMessage): Uint8Array {
    const model = toJsonModel(data);
    if (model === undefined) throw new TypeError(`The data of "${event}" has no form on the wire`);
    const envelope = new Map<string, unknown>([['event', event]]);
    if (id !== undefined) envelope.set('id', id);
    envelope.set('data', model).set('timestamp', timestamp);
    if (offset !== undefined) envelope.set('room', room).set('offset', offset);
    return this.#writer.pack(envelope);
  }

  /** Writes an envelope; the client's end. @throws TypeError when the data cannot be written */
  write(envelope: object): Uint8Array<ArrayBuffer> {
    // Typed as if it could share its memory, which it never does.
    return this.#writer.pack(toJsonModel(envelope)) as Uint8Array<ArrayBuffer>;
  }

  /** Reads a frame of the server; the client's end. @throws BounceWsError `bad_envelope` for what is no MessagePack */
  read(frame: string | Uint8Array): unknown {
    if (typeof frame === 'string') throw new BounceWsError('bad_envelope');
    return this.#read(frame, NO_LIMITS);
  }

  #read(frame: Uint8Array, limits: JsonLimits): unknown {
    const { hasProtoKey } = checkMsgpack(frame, limits);
    // msgpackr renames the key `__proto__`; JSON.parse, and so every handler, knows it as a key like any other.
    return hasProtoKey ? toObjects(this.#carefulReader.unpack(frame)) : this.#reader.unpack(frame);
  }
}

function toObjects(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(toObjects);
  if (!(value instanceof Map)) return value;
  return Object.fromEntries(Array.from(value, ([key, item]) => [key, toObjects(item)]));
}
