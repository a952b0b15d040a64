import { createRequire } from 'node:module';

/** What validates classes with rules. */
export interface ValidationLibraries {
  readonly validator: typeof import('class-validator');
  readonly transformer: typeof import('class-transformer');
}

const require = createRequire(import.meta.url);

/**
 * class-validator and class-transformer, loaded at the first call: they take a third of the time in which a server
 * starts, and many gateways have no class to validate.
 */
export function loadValidationLibraries(): ValidationLibraries {
  return {
    validator: require('class-validator') as typeof import('class-validator'),
    transformer: require('class-transformer') as typeof import('class-transformer'),
  };
}
