import type { ExecutionContext } from '@nestjs/common';
import type { ValueCheck } from './value-check.js';
import type { ValueConverter } from './value-converter.js';

/** Where a parameter's value comes from. */
export type ParameterSource =
  | { readonly kind: 'client' }
  | { readonly kind: 'payload' }
  | { readonly kind: 'key'; readonly key: string }
  /** A decorator made with Nest's `createParamDecorator`. */
  | {
      readonly kind: 'custom';
      readonly factory: (data: unknown, context: ExecutionContext) => unknown;
    };

/** How one parameter of a handler gets its value: everything decided at boot. */
export interface Parameter {
  readonly index: number;
  readonly source: ParameterSource;
  /** How errors name it: its key; empty for the whole payload. */
  readonly field: string;
  readonly required: boolean;
  /** Whether the payload has to be an object, so that it can have the key. */
  readonly needsKeys: boolean;
  readonly check: ValueCheck | undefined;
  readonly convert: ValueConverter | undefined;
  /** Whether {@link convert} is the check of a class with class-validator rules. */
  readonly isDto: boolean;
  /** Pipes given to the parameter's own decorator. */
  readonly pipes: readonly unknown[];
  /** What decorators noted, for pipes (`ArgumentMetadata.data`). */
  readonly data: unknown;
  /** The emitted type, for pipes (`ArgumentMetadata.metatype`). */
  readonly metatype: unknown;
  /** A schema that Nest's own decorator noted, for Nest's own pipes. */
  readonly nestSchema: unknown;
}
