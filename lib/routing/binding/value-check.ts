import { isJsonObject } from '../../protocol/index.js';
import type { LiteralType } from './signature.js';

/** @returns what is wrong with a value, or `undefined` */
export type ValueCheck = (value: unknown) => string | undefined;

const check =
  (isValid: (value: unknown) => boolean, reason: string): ValueCheck =>
  (value) =>
    isValid(value) ? undefined : reason;

const isString = check((value) => typeof value === 'string', 'must be a string');
const isNumber = check((value) => typeof value === 'number', 'must be a number');
const isBoolean = check((value) => typeof value === 'boolean', 'must be true or false');
const isArray = check(Array.isArray, 'must be an array');
const isObject = check(isJsonObject, 'must be an object');

const CHECK_OF_CLASS: ReadonlyMap<unknown, ValueCheck> = new Map<unknown, ValueCheck>([
  [String, isString],
  [Number, isNumber],
  [Boolean, isBoolean],
  [Array, isArray],
]);

const CHECK_OF_LITERAL: Readonly<Record<LiteralType, ValueCheck>> = {
  string: isString,
  number: isNumber,
  boolean: isBoolean,
  array: isArray,
  object: isObject,
};

/**
 * The check of a parameter. The emitted type counts; where it says nothing (`Object` stands for every interface, union and
 * missing annotation), the type of a literal default does.
 */
export function checkFor(
  metatype: unknown,
  defaultType: LiteralType | undefined,
): ValueCheck | undefined {
  const byClass = CHECK_OF_CLASS.get(metatype);
  if (byClass !== undefined) return byClass;
  const saysNothing = metatype === undefined || metatype === Object;
  return saysNothing && defaultType !== undefined ? CHECK_OF_LITERAL[defaultType] : undefined;
}
