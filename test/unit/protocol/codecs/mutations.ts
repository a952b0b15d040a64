import * as fc from 'fast-check';
import type { Frame } from './codec-under-test.js';

/** Makes another frame of one. */
type Mutation = (frame: Frame) => Frame;

/** A place in a frame, whatever its length. */
const place = fc.double({ min: 0, max: 0.999, noNaN: true });
const unit = fc.nat(255);

const mutation: fc.Arbitrary<Mutation> = fc.oneof(
  // One unit becomes another, or one more.
  fc.record({ at: place, to: unit, removed: fc.nat(1) }).map(({ at, to, removed }): Mutation => {
    return (frame) =>
      splice(frame, at, removed, (typeof frame === 'string' ? toText : toBytes)(to));
  }),
  // Some are gone.
  fc
    .record({ at: place, removed: fc.integer({ min: 1, max: 8 }) })
    .map(({ at, removed }): Mutation => {
      return (frame) => splice(frame, at, removed, frame.slice(0, 0));
    }),
  // A part is there twice.
  fc
    .record({ at: place, from: place, length: fc.integer({ min: 1, max: 16 }) })
    .map(({ at, from, length }): Mutation => {
      return (frame) => {
        const start = Math.floor(frame.length * from);
        return splice(frame, at, 0, frame.slice(start, start + length));
      };
    }),
);

/** One to four kinds of damage, one after the other. */
export const mutations: fc.Arbitrary<Mutation> = fc
  .array(mutation, { minLength: 1, maxLength: 4 })
  .map(
    (all): Mutation =>
      (frame) =>
        all.reduce((damaged, mutate) => mutate(damaged), frame),
  );

function splice(frame: Frame, at: number, removed: number, added: Frame): Frame {
  const index = Math.floor(frame.length * at);
  const parts = [frame.slice(0, index), added, frame.slice(index + removed)];
  return typeof frame === 'string' ? parts.join('') : Buffer.concat(parts as Uint8Array[]);
}

function toText(unitCode: number): string {
  return String.fromCharCode(unitCode);
}

function toBytes(byte: number): Uint8Array {
  return Uint8Array.of(byte);
}
