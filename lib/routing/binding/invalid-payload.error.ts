import { BounceWsError } from '../../protocol/index.js';

/** A field of a payload that is wrong, and how. Neither holds the value. */
export interface FieldError {
  /** The path to the field, for instance `address.street`; empty for the payload itself. */
  readonly field: string;
  readonly reason: string;
}

/** A payload does not fit its handler's parameters. */
export class InvalidPayloadError extends BounceWsError {
  constructor(readonly fields: readonly FieldError[]) {
    const named = fields.map(({ field, reason }) => `${field} ${reason}`).join('; ');
    super('invalid_payload', `Invalid payload: ${named}`, { details: { fields } });
  }
}

/** Puts the path of a parent before a field's own. */
export function fieldPath(parent: string, field: string): string {
  if (parent === '' || field === '') return parent + field;
  return `${parent}.${field}`;
}
