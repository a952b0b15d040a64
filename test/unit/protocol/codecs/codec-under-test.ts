import * as fc from 'fast-check';
import {
  type Codec,
  type ErrorCode,
  isEventName,
  type JsonLimits,
  RESERVED_EVENTS,
} from '../../../../lib/protocol/index.js';

/** A frame of either kind. */
export type Frame = string | Uint8Array;

/** What a client of a format can tell from a frame. */
export interface Received {
  /** `undefined` in formats that do not say. */
  readonly event: string | undefined;
  readonly data: unknown;
}

/** A codec, and the other end of its format as a client of it would write and read. */
export interface CodecUnderTest {
  readonly codec: Codec;
  /** Writes what a client sends. */
  readonly write: (event: string, data: unknown) => Frame;
  /** Reads what a client gets. */
  readonly read: (frame: Frame) => Received;
  /** Payloads that the format can carry from a client; any JSON value by default. */
  readonly incoming?: fc.Arbitrary<unknown>;
  /** What a client gets of a payload, where it is not the payload itself. */
  readonly received?: (data: unknown) => unknown;
  /** Frames that are no message, and the code each is answered with. */
  readonly malformed: readonly (readonly [what: string, frame: Frame, code: ErrorCode])[];
}

export const LIMITS: JsonLimits = { maxDepth: 32, maxKeys: 1_000 };

/** Any payload. JSON has no -0; what is written as one is read as 0. */
export const json = fc
  .jsonValue({ maxDepth: 5 })
  .map((value): unknown => JSON.parse(JSON.stringify(value)));

/** Any name that is not taken by the protocol. */
export const freeName = fc
  .string({ minLength: 1, maxLength: 128, unit: 'grapheme' })
  .filter(isEventName)
  .filter((event) => !RESERVED_EVENTS.has(event) && event !== 'ping');
