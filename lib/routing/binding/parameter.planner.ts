import type { ExecutionContext } from '@nestjs/common';
import type { StandardSchemaV1 } from '@standard-schema/spec';
import { BounceMetadata, ConfigurationError, NestMetadata } from '../../common/index.js';
import type { PayloadSchemas } from '../decorators/payload.decorator.js';
import type { Parameter, ParameterSource } from './parameter.interface.js';
import { readSignature, type SignatureParameter } from './signature.js';
import { checkFor } from './value-check.js';
import { converterForClass, converterForSchema, isDto } from './value-converter.js';

/** A handler's method, found on its class. */
export interface HandlerMethod {
  readonly prototype: object;
  readonly name: string;
  readonly method: (...args: unknown[]) => unknown;
  /** `ChatGateway.announce` */
  readonly owner: string;
}

/** What a parameter's decorator noted (Nest keeps one entry a parameter under `type:index`). */
interface DecoratedParameter {
  readonly index: number;
  readonly data?: unknown;
  readonly pipes?: readonly unknown[];
  readonly factory?: (data: unknown, context: ExecutionContext) => unknown;
  readonly schema?: unknown;
}

/** Nest's `WsParamtype`, which neither Nest 11 nor 12 exports. */
const ParameterType = { Socket: 0, Payload: 3 } as const;

/** Plans an `@OnEvent` method: by name, with checks. @throws ConfigurationError for a parameter that cannot be bound */
export function planByName(handler: HandlerMethod): Parameter[] {
  const signature = readSignature(handler.method);
  const decorated = readDecorated(handler);
  const schemas = readSchemas(handler);
  const types = readTypes(handler);
  const count =
    signature?.length ??
    Math.max(handler.method.length, ...[...decorated.keys()].map((index) => index + 1));
  // The first parameter is the client, whatever it is called, unless a decorator says which one is.
  const namesClient = [...decorated.values()].some(({ source }) => source.kind === 'client');
  return Array.from({ length: count }, (_, index) => {
    const parameter = signature?.[index];
    const decoration =
      decorated.get(index) ?? (index === 0 && !namesClient ? UNDECORATED_CLIENT : undefined);
    if (decoration === UNDECORATED_CLIENT) assertCanBeClient(handler, types[0], parameter);
    const source = decoration?.source ?? sourceByName(handler, index, parameter);
    const plan = describe(index, source, decoration?.noted, types[index]);
    return { ...plan, ...checksOf(plan, parameter, schemas?.get(index)) };
  });
}

/** The names that an `@OnEvent` method's parameters are bound by, where a decorator gives none. */
export function undecoratedNames(handler: HandlerMethod): string[] {
  const decorated = readDecorated(handler);
  const names = readSignature(handler.method)?.map(({ name }) => name) ?? [];
  return names.flatMap((name, index) => (decorated.has(index) ? [] : [name ?? '']));
}

/** Plans a native `@SubscribeMessage` method as Nest does: by position, unchecked. */
export function planNative(handler: HandlerMethod): Parameter[] {
  const types = readTypes(handler);
  const decorated = readDecorated(handler);
  if (decorated.size === 0) {
    decorated.set(0, { source: { kind: 'client' }, noted: undefined });
    decorated.set(1, { source: { kind: 'payload' }, noted: undefined });
  }
  return Array.from(decorated, ([index, { source, noted }]) => ({
    ...describe(index, source, noted, types[index]),
    required: false,
    needsKeys: false,
    check: undefined,
    convert: undefined,
    isDto: false,
  }));
}

type Checks = Pick<Parameter, 'required' | 'needsKeys' | 'check' | 'convert' | 'isDto'>;

// Pipes and schemas say themselves what a missing value means; what a custom decorator made is no payload.
function checksOf(
  { source, pipes, metatype }: Omit<Parameter, keyof Checks>,
  parameter: SignatureParameter | undefined,
  schema: StandardSchemaV1 | undefined,
): Checks {
  const needsKeys = source.kind === 'key';
  if (schema !== undefined) {
    const convert = converterForSchema(schema);
    return { required: false, needsKeys, check: undefined, convert, isDto: false };
  }
  const isPayload = needsKeys || source.kind === 'payload';
  return {
    required: needsKeys && pipes.length === 0 && parameter?.hasDefault !== true,
    needsKeys,
    check: isPayload ? checkFor(metatype, parameter?.defaultType) : undefined,
    convert: converterForClass(metatype),
    isDto: isDto(metatype),
  };
}

function describe(
  index: number,
  source: ParameterSource,
  noted: DecoratedParameter | undefined,
  metatype: unknown,
): Omit<Parameter, keyof Checks> {
  const field = source.kind === 'key' ? source.key : '';
  return {
    index,
    source,
    field,
    metatype,
    pipes: noted?.pipes ?? [],
    data: noted === undefined && source.kind === 'key' ? source.key : noted?.data,
    nestSchema: noted?.schema,
  };
}

function sourceByName(
  { owner }: HandlerMethod,
  index: number,
  parameter: SignatureParameter | undefined,
): ParameterSource {
  if (parameter?.name !== undefined) return { kind: 'key', key: parameter.name };
  throw new ConfigurationError(
    `${owner}: parameter ${index + 1} cannot be bound by its name (it is destructured, a rest parameter, or hidden by ` +
      `another decorator). Give it a name, or decorate it with @Payload() or @Payload('name').`,
  );
}

/** What a handler that forgot its client would have there: the client is an object of a class of its own. */
const NO_CLIENTS: ReadonlySet<unknown> = new Set([
  String,
  Number,
  Boolean,
  Array,
  BigInt,
  Symbol,
  Date,
]);

function assertCanBeClient(
  { owner }: HandlerMethod,
  metatype: unknown,
  parameter: SignatureParameter | undefined,
): void {
  const isValue = NO_CLIENTS.has(metatype) || isDto(metatype) || parameter?.hasDefault === true;
  if (!isValue) return;
  throw new ConfigurationError(
    `${owner}: the first parameter${parameter?.name === undefined ? '' : ` (${parameter.name})`} gets the client, but it is ` +
      `declared as something else. Put the client first, or decorate it with @Payload('name').`,
  );
}

interface Decoration {
  readonly source: ParameterSource;
  readonly noted: DecoratedParameter | undefined;
}

const UNDECORATED_CLIENT: Decoration = { source: { kind: 'client' }, noted: undefined };

function readDecorated({ prototype, name, owner }: HandlerMethod): Map<number, Decoration> {
  const entries = (Reflect.getMetadata(
    NestMetadata.ParameterArguments,
    prototype.constructor,
    name,
  ) ?? {}) as Record<string, DecoratedParameter>;
  return new Map(
    Object.entries(entries).map(([key, noted]) => [
      noted.index,
      { noted, source: decoratedSource(key, noted, owner) },
    ]),
  );
}

function decoratedSource(
  key: string,
  { data, factory, index }: DecoratedParameter,
  owner: string,
): ParameterSource {
  if (key.includes(NestMetadata.CustomParameter) && factory !== undefined) {
    return { kind: 'custom', factory };
  }
  const type = Number(key.split(':')[0]);
  if (type === ParameterType.Socket) return { kind: 'client' };
  if (type === ParameterType.Payload) {
    return typeof data === 'string' ? { kind: 'key', key: data } : { kind: 'payload' };
  }
  throw new ConfigurationError(
    `${owner}: the decorator of parameter ${index + 1} has no meaning on a WebSocket message. To answer, return the value.`,
  );
}

function readSchemas({ prototype, name }: HandlerMethod): PayloadSchemas | undefined {
  return Reflect.getMetadata(BounceMetadata.PayloadSchemas, prototype, name) as
    PayloadSchemas | undefined;
}

function readTypes({ prototype, name }: HandlerMethod): readonly unknown[] {
  return (Reflect.getMetadata(NestMetadata.ParameterTypes, prototype, name) ??
    []) as readonly unknown[];
}
