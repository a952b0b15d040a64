import { isJsonObject } from '../../protocol/index.js';
import type { MessageContext } from '../dispatch/message-context.js';
import { type FieldError, InvalidPayloadError } from './invalid-payload.error.js';
import type { Parameter } from './parameter.interface.js';

/** The value a parameter's source has for it. Payload keys are read as own properties only. */
export function extract({ source }: Parameter, context: MessageContext): unknown {
  switch (source.kind) {
    case 'client':
      return context.client;
    case 'key':
      return ownProperty(context.data, source.key);
    default:
      return context.data;
  }
}

/** @returns what is wrong with a value, or `undefined` */
export function complaint(
  { field, required, check }: Parameter,
  value: unknown,
): FieldError | undefined {
  if (value === undefined) return required ? { field, reason: 'is required' } : undefined;
  const reason = check?.(value);
  return reason === undefined ? undefined : { field, reason };
}

/** Turns a value into what the parameter's type promises. @throws InvalidPayloadError */
export function convert({ convert: converter, field, source }: Parameter, value: unknown): unknown {
  if (converter === undefined || source.kind === 'custom') return value;
  return converter(value, field);
}

/** Refuses a payload that has no keys for parameters that are bound by theirs. @throws InvalidPayloadError */
export function assertKeys(parameters: readonly Parameter[], data: unknown): void {
  if (isJsonObject(data) || !parameters.some(({ needsKeys }) => needsKeys)) return;
  throw new InvalidPayloadError([{ field: '', reason: 'must be an object' }]);
}

/**
 * Binds all parameters of one message; for handlers without pipes.
 *
 * @returns the arguments; a promise of them only where a parameter is converted
 * @throws InvalidPayloadError naming every wrong field
 */
export function bind(
  parameters: readonly Parameter[],
  context: MessageContext,
): unknown[] | Promise<unknown[]> {
  if (parameters.some((parameter) => parameter.convert !== undefined)) {
    return bindEach(parameters, context, (parameter) => extract(parameter, context));
  }
  assertKeys(parameters, context.data);
  const args: unknown[] = [];
  let complaints: FieldError[] | undefined;
  for (const parameter of parameters) {
    const value = extract(parameter, context);
    const wrong = complaint(parameter, value);
    if (wrong !== undefined) (complaints ??= []).push(wrong);
    args[parameter.index] = value;
  }
  if (complaints !== undefined) throw new InvalidPayloadError(complaints);
  return args;
}

/**
 * Binds all parameters side by side, each from a value that may come later.
 *
 * @throws InvalidPayloadError naming the wrong fields of all; any other exception of `valueOf` as it is
 */
export async function bindEach(
  parameters: readonly Parameter[],
  { data }: MessageContext,
  valueOf: (parameter: Parameter) => unknown,
): Promise<unknown[]> {
  assertKeys(parameters, data);
  const args: unknown[] = [];
  const fields = await Promise.all(
    parameters.map(async (parameter) => {
      try {
        const value = await valueOf(parameter);
        const wrong = complaint(parameter, value);
        if (wrong !== undefined) return [wrong];
        args[parameter.index] = await convert(parameter, value);
        return [];
      } catch (error) {
        // Kept until all have been looked at; anything else ends the binding at once.
        if (error instanceof InvalidPayloadError) return error.fields;
        throw error;
      }
    }),
  );
  if (fields.some(({ length }) => length > 0)) throw new InvalidPayloadError(fields.flat());
  return args;
}

function ownProperty(data: unknown, key: string): unknown {
  if (typeof data !== 'object' || data === null || !Object.hasOwn(data, key)) return undefined;
  return (data as Record<string, unknown>)[key];
}
