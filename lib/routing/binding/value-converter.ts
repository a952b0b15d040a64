import type { StandardSchemaV1 } from '@standard-schema/spec';
import type { ClassConstructor } from 'class-transformer';
import type { ValidationError } from 'class-validator';
import { isPromiseLike } from '../../common/index.js';
import { isJsonObject, parseTimestamp } from '../../protocol/index.js';
import { type FieldError, fieldPath, InvalidPayloadError } from './invalid-payload.error.js';
import { loadValidationLibraries } from './validation-libraries.js';

/** What TypeScript emits for types that are no class of the app; none of them has rules. */
const BUILT_IN: ReadonlySet<unknown> = new Set([
  String,
  Number,
  Boolean,
  BigInt,
  Symbol,
  Object,
  Array,
  Function,
  Date,
  Promise,
]);

/**
 * Turns a value into what the parameter's type promises, at once or later. A missing one is `undefined`; only a schema
 * makes anything of it.
 *
 * @throws InvalidPayloadError
 */
export type ValueConverter = (value: unknown, field: string) => unknown;

/** The converter for a parameter's class: a DTO or a `Date`; others are taken as they come. */
export function converterForClass(metatype: unknown): ValueConverter | undefined {
  if (metatype === Date) return toDate;
  return isDto(metatype) ? dtoConverter(metatype) : undefined;
}

/** The converter for a Standard Schema. */
export function converterForSchema(schema: StandardSchemaV1): ValueConverter {
  return (value, field) => {
    const result = schema['~standard'].validate(value);
    return isPromiseLike(result)
      ? result.then((settled) => unwrap(settled, field))
      : unwrap(result, field);
  };
}

/** Whether a parameter's type is a class with class-validator rules. */
export function isDto(metatype: unknown): metatype is ClassConstructor<object> {
  if (typeof metatype !== 'function' || BUILT_IN.has(metatype)) return false;
  const storage = loadValidationLibraries().validator.getMetadataStorage();
  return storage.getTargetValidationMetadatas(metatype, '', false, false).length > 0;
}

function dtoConverter(dto: ClassConstructor<object>): ValueConverter {
  const { validator, transformer } = loadValidationLibraries();
  return async (value, field) => {
    if (value === undefined) return undefined;
    if (!isJsonObject(value)) {
      throw new InvalidPayloadError([{ field, reason: 'must be an object' }]);
    }
    // A pipe may have made the instance already.
    const instance = value instanceof dto ? value : transformer.plainToInstance(dto, value);
    const errors = await validator.validate(instance);
    if (errors.length > 0) {
      throw new InvalidPayloadError(errors.flatMap((error) => flatten(error, field)));
    }
    return instance;
  };
}

function flatten(error: ValidationError, parent: string): FieldError[] {
  const field = fieldPath(parent, error.property);
  const own = Object.values(error.constraints ?? {}).map((reason) => ({ field, reason }));
  return [...own, ...(error.children ?? []).flatMap((child) => flatten(child, field))];
}

function toDate(value: unknown, field: string): Date | undefined {
  if (value === undefined || value instanceof Date) return value;
  const micros = parseTimestamp(value);
  if (micros === undefined) {
    throw new InvalidPayloadError([{ field, reason: 'must be an ISO 8601 date and time' }]);
  }
  return new Date(micros / 1_000);
}

function unwrap(result: StandardSchemaV1.Result<unknown>, parent: string): unknown {
  if (result.issues === undefined) return result.value;
  throw new InvalidPayloadError(
    result.issues.map(({ path = [], message }) => ({
      field: path
        .map((segment) => String(typeof segment === 'object' ? segment.key : segment))
        .reduce((field, key) => fieldPath(field, key), parent),
      reason: message,
    })),
  );
}
