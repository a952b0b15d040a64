import { BounceWsError } from '../protocol/index.js';

/**
 * A user's metadata as JSON text.
 *
 * @throws TypeError when it has no form in JSON
 * @throws BounceWsError `limit_exceeded` when it is longer than `maxBytes`
 */
export function metaText(meta: unknown, maxBytes: number): string {
  const text = JSON.stringify(meta) as string | undefined;
  if (text === undefined) throw new TypeError('The metadata has no form in JSON');
  if (Buffer.byteLength(text) <= maxBytes) return text;
  throw new BounceWsError('limit_exceeded', `The metadata is longer than ${maxBytes} bytes`, {
    details: { limit: 'maxMetaBytes', max: maxBytes },
  });
}
