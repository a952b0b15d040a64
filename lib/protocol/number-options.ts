/** The largest number of an option: a longer `setTimeout` fires at once, and threads count in 32 bits. */
export const LARGEST = 2 ** 31 - 1;

/** Holds a number to its range. @throws RangeError that names it, also for what is no number */
export function assertNumber(name: string, value: unknown, min: number, max = LARGEST): void {
  if (typeof value === 'number' && value >= min && value <= max) return;
  throw new RangeError(`${name} must be a number from ${min} to ${max}`);
}

/**
 * Fills in the defaults of a client's options, also those inside of options; one of these may be `false` as a whole. Where
 * the default is a number, what is given has to be one too: a timer takes anything else for no time at all.
 *
 * @param min the least that a number may be
 * @param path what stands before the names in an error
 * @throws RangeError that names the option
 */
export function withDefaults<TDefaults extends object>(
  defaults: TDefaults,
  given: object,
  min = 0,
  path = '',
): TDefaults {
  const resolved = { ...defaults } as Record<string, unknown>;
  // oxlint-disable-next-line guard-for-in -- a copy has no keys but its own, and the browser's script few bytes left
  for (const key in resolved) {
    const preset = resolved[key];
    // Callers without TypeScript pass `undefined` or `null` for "not set", which a spread would take over.
    const value = (given as Record<string, unknown>)[key] ?? preset;
    if (typeof preset === 'number') assertNumber(path + key, value, min);
    resolved[key] =
      typeof preset === 'object' && value
        ? withDefaults(preset as object, value, min, `${key}.`)
        : value;
  }
  return resolved as TDefaults;
}
