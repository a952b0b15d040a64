import { BounceWsError } from '../bounce-ws.error.js';
import type { JsonLimits } from '../json-limits.js';

/** What the bytes behind a type byte hold. */
type Kind = 'plain' | 'string' | 'bytes' | 'array' | 'map';

interface Shape {
  readonly kind: Kind;
  /** Bytes of the value itself (`plain`), or of the length that comes first. */
  readonly width: number;
}

/** The types from 0xc0 to 0xdf; what is missing is unused (0xc1) or an extension. */
const LONG_SHAPES: ReadonlyMap<number, Shape> = new Map<number, Shape>([
  [0xc0, { kind: 'plain', width: 0 }],
  [0xc2, { kind: 'plain', width: 0 }],
  [0xc3, { kind: 'plain', width: 0 }],
  [0xc4, { kind: 'bytes', width: 1 }],
  [0xc5, { kind: 'bytes', width: 2 }],
  [0xc6, { kind: 'bytes', width: 4 }],
  [0xca, { kind: 'plain', width: 4 }],
  [0xcb, { kind: 'plain', width: 8 }],
  [0xcc, { kind: 'plain', width: 1 }],
  [0xcd, { kind: 'plain', width: 2 }],
  [0xce, { kind: 'plain', width: 4 }],
  [0xcf, { kind: 'plain', width: 8 }],
  [0xd0, { kind: 'plain', width: 1 }],
  [0xd1, { kind: 'plain', width: 2 }],
  [0xd2, { kind: 'plain', width: 4 }],
  [0xd3, { kind: 'plain', width: 8 }],
  [0xd9, { kind: 'string', width: 1 }],
  [0xda, { kind: 'string', width: 2 }],
  [0xdb, { kind: 'string', width: 4 }],
  [0xdc, { kind: 'array', width: 2 }],
  [0xdd, { kind: 'array', width: 4 }],
  [0xde, { kind: 'map', width: 2 }],
  [0xdf, { kind: 'map', width: 4 }],
]);

/** The shape of every type byte; `undefined` for what is not allowed. */
const SHAPE_OF: readonly (Shape | undefined)[] = Array.from({ length: 256 }, (_value, type) => {
  if (type < 0x80 || type >= 0xe0) return { kind: 'plain', width: 0 };
  if (type < 0x90) return { kind: 'map', width: 0 };
  if (type < 0xa0) return { kind: 'array', width: 0 };
  if (type < 0xc0) return { kind: 'string', width: 0 };
  return LONG_SHAPES.get(type);
});

const PROTO = new TextEncoder().encode('__proto__');

/** What {@link checkMsgpack} found that a reader has to know. */
export interface MsgpackFacts {
  /** Whether a map has the key `__proto__`, which is a key like any other only if the reader takes care. */
  readonly hasProtoKey: boolean;
}

/**
 * Checks that bytes are one MessagePack value (https://github.com/msgpack/msgpack/blob/master/spec.md) with nothing behind
 * it, within the limits, in one pass and without building anything: a reader may then trust every length. Keys must be
 * strings, strings UTF-8, and there are no extension types, since their meaning is each application's own.
 *
 * @throws BounceWsError `too_deep`, `limit_exceeded`, or `bad_envelope` for everything else
 */
export function checkMsgpack(bytes: Uint8Array, limits: JsonLimits): MsgpackFacts {
  return new Checker(bytes, limits).check();
}

class Checker {
  #at = 0;
  #hasProtoKey = false;
  /** How many items each open array or map still has to come; a key and its value are two. */
  readonly #left: number[] = [1];
  readonly #isMap: boolean[] = [false];

  constructor(
    private readonly bytes: Uint8Array,
    private readonly limits: JsonLimits,
  ) {}

  check(): MsgpackFacts {
    while (this.#left.length > 0) {
      const top = this.#left.length - 1;
      const left = this.#left[top]!;
      if (left === 0) {
        this.#left.pop();
        this.#isMap.pop();
        continue;
      }
      this.#left[top] = left - 1;
      this.#item(this.#isMap[top] === true && left % 2 === 0);
    }
    if (this.#at !== this.bytes.length) throw new BounceWsError('bad_envelope');
    return { hasProtoKey: this.#hasProtoKey };
  }

  #item(isKey: boolean): void {
    const type = this.#number(1);
    const shape = SHAPE_OF[type];
    if (shape === undefined) throw new BounceWsError('bad_envelope');
    const { kind, width } = shape;
    if (isKey && kind !== 'string') throw new BounceWsError('bad_envelope');
    if (kind === 'plain') {
      this.#skip(width);
      return;
    }
    const length = width > 0 ? this.#number(width) : lengthIn(type, kind);
    switch (kind) {
      case 'string':
        this.#string(length, isKey);
        break;
      case 'array':
        this.#open(length, false);
        break;
      case 'map':
        if (length > this.limits.maxKeys) {
          const details = { limit: 'keys', max: this.limits.maxKeys };
          throw new BounceWsError('limit_exceeded', undefined, { details });
        }
        this.#open(length * 2, true);
        break;
      default:
        this.#skip(length);
    }
  }

  #open(items: number, isMap: boolean): void {
    // An item is a byte at least, so a length that lies is found out before anything is made for it.
    if (items > this.bytes.length - this.#at) throw new BounceWsError('bad_envelope');
    // The envelope's own map is one level above `data`, and everything is inside the frame.
    if (this.#left.length > this.limits.maxDepth + 1) throw new BounceWsError('too_deep');
    this.#left.push(items);
    this.#isMap.push(isMap);
  }

  #string(length: number, isKey: boolean): void {
    const start = this.#at;
    this.#skip(length);
    const { bytes } = this;
    if (!isUtf8(bytes, start, this.#at)) throw new BounceWsError('bad_envelope');
    if (isKey && length === PROTO.length && PROTO.every((unit, i) => bytes[start + i] === unit)) {
      this.#hasProtoKey = true;
    }
  }

  #number(width: number): number {
    const start = this.#at;
    this.#skip(width);
    let value = 0;
    for (let index = start; index < this.#at; index++) value = value * 256 + this.bytes[index]!;
    return value;
  }

  #skip(count: number): void {
    this.#at += count;
    if (this.#at > this.bytes.length) throw new BounceWsError('bad_envelope');
  }
}

/** The length that small strings, arrays and maps have in their type byte. */
function lengthIn(type: number, kind: Kind): number {
  return type & (kind === 'string' ? 0x1f : 0x0f);
}

const STRICT_UTF8 = new TextDecoder('utf-8', { fatal: true });

function isUtf8(bytes: Uint8Array, start: number, end: number): boolean {
  let index = start;
  while (index < end && bytes[index]! < 0x80) index++;
  if (index === end) return true;
  try {
    STRICT_UTF8.decode(bytes.subarray(index, end));
    return true;
  } catch {
    return false;
  }
}
