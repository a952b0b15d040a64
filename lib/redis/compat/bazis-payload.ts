import { checkJsonLimits } from '../../protocol/index.js';
import type { Rejection } from '../backplane/index.js';
import { MAX_MESSAGE_BYTES } from '../redis.constants.js';

/** Deeper than anybody nests, and shallow enough for every codec to walk. */
const LIMITS = { maxDepth: 1_000, maxKeys: Infinity };

/** Reads what Django or Celery published: any JSON value. */
export function readBazisPayload(payload: Buffer): { readonly data: unknown } | Rejection {
  if (payload.length > MAX_MESSAGE_BYTES) return 'too-large';
  const text = payload.toString();
  try {
    checkJsonLimits(text, LIMITS);
  } catch {
    return 'malformed';
  }
  try {
    return { data: JSON.parse(text) };
  } catch {
    return 'not-json';
  }
}
