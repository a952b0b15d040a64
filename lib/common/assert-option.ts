import { inspect } from 'node:util';
import { ConfigurationError } from './configuration.error.js';

/** A timer with a longer delay fires at once (Node.js documentation of `setTimeout`). */
const LONGEST_DELAY_MS = 2 ** 31 - 1;

/**
 * Checks an option that is a number. Options often come from the environment, where everything is a string: the type is
 * checked too.
 *
 * @throws ConfigurationError naming the option
 */
export function assertInRange(name: string, value: unknown, min = 1): void {
  const max = name.endsWith('Ms') ? LONGEST_DELAY_MS : Number.MAX_SAFE_INTEGER;
  if (typeof value === 'number' && value >= min && value <= max) return;
  throw new ConfigurationError(
    `The option ${name} must be a number from ${min} to ${max}, not ${inspect(value)}`,
  );
}

/** Checks an option that is one of several words. @throws ConfigurationError naming the option */
export function assertOneOf(name: string, value: unknown, choices: readonly string[]): void {
  if (typeof value === 'string' && choices.includes(value)) return;
  throw new ConfigurationError(
    `The option ${name} must be one of ${choices.join(', ')}, not ${inspect(value)}`,
  );
}

/** Checks an option that is a number, or `false`. @throws ConfigurationError naming the option */
export function assertSwitchable(name: string, value: unknown): void {
  if (value !== false) assertInRange(name, value);
}
