import { BounceWsError } from '../protocol/index.js';

/** Thrown at boot when the app is put together wrongly: a duplicate event, a reserved name, an option out of range. */
export class ConfigurationError extends BounceWsError {
  override readonly name = 'ConfigurationError';

  constructor(message: string, options?: ErrorOptions) {
    super('internal_error', message, options);
  }
}
