import type { PipeTransform, Type } from '@nestjs/common';
import { MessageBody } from '@nestjs/websockets';
import type { StandardSchemaV1 } from '@standard-schema/spec';
import { BounceMetadata } from '../../common/index.js';

type Pipe = Type<PipeTransform> | PipeTransform;

/** Options of {@link Payload}. */
export interface PayloadOptions {
  /** Checks and transforms the value: a schema of Zod, Valibot, ArkType or any other Standard Schema library. */
  readonly schema: StandardSchemaV1;
}

/** The schemas of a method's parameters by their index. @internal */
export type PayloadSchemas = ReadonlyMap<number, StandardSchemaV1>;

/**
 * Binds a parameter to the payload, or with a name to one of its keys. Needed for a DTO that is the whole payload, for
 * schemas and pipes, and in minified builds, where parameters have lost their names.
 *
 * @example
 * @OnEvent('profile')
 * update(client: BounceSocket, @Payload() profile: ProfileDto) {}
 *
 * @OnEvent('move')
 * move(client: BounceSocket, @Payload('x', ParseIntPipe) x: number) {}
 *
 * @OnEvent('order')
 * order(client: BounceSocket, @Payload({ schema: z.object({ sku: z.string() }) }) order: Order) {}
 */
export function Payload(...pipes: readonly Pipe[]): ParameterDecorator;
export function Payload(name: string, ...pipes: readonly Pipe[]): ParameterDecorator;
export function Payload(options: PayloadOptions): ParameterDecorator;
export function Payload(name: string, options: PayloadOptions): ParameterDecorator;
export function Payload(...args: readonly (string | Pipe | PayloadOptions)[]): ParameterDecorator {
  const name = args.find((arg) => typeof arg === 'string');
  const options = args.find(isOptions);
  const pipes = args.filter((arg): arg is Pipe => typeof arg !== 'string' && !isOptions(arg));
  const bind = name === undefined ? MessageBody(...pipes) : MessageBody(name, ...pipes);
  return (target, key, index) => {
    // Nest's own decorator writes where Nest's own machinery reads.
    bind(target, key, index);
    if (options === undefined || key === undefined) return;
    const earlier = Reflect.getOwnMetadata(BounceMetadata.PayloadSchemas, target, key) as
      PayloadSchemas | undefined;
    const schemas = new Map(earlier).set(index, options.schema);
    Reflect.defineMetadata(BounceMetadata.PayloadSchemas, schemas, target, key);
  };
}

function isOptions(arg: string | Pipe | PayloadOptions): arg is PayloadOptions {
  return typeof arg === 'object' && 'schema' in arg;
}
