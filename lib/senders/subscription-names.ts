import { BounceWsError } from '../protocol/index.js';

/**
 * Reads the `events` of a `subscribe` or `unsubscribe`.
 *
 * @throws BounceWsError `invalid_payload` unless it is an array of strings, `limit_exceeded` when it has more than `max`
 */
export function readNames(data: unknown, max: number): readonly string[] {
  const events: unknown =
    typeof data === 'object' && data !== null && 'events' in data ? data.events : undefined;
  if (!Array.isArray(events)) throw invalidEvents();
  if (events.length > max) {
    throw new BounceWsError('limit_exceeded', undefined, {
      details: { limit: 'namesPerSubscribe', max },
    });
  }
  if (!events.every((name) => typeof name === 'string')) throw invalidEvents();
  return events;
}

function invalidEvents(): BounceWsError {
  return new BounceWsError('invalid_payload', undefined, {
    details: { fields: [{ field: 'events', reason: 'must be an array of strings' }] },
  });
}
