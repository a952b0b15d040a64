import { BounceWsError } from './bounce-ws.error.js';
import { isJsonObject } from './is-json-object.js';
import { checkJsonLimits, type JsonLimits } from './json-limits.js';

/**
 * Reads a JSON text that has to be one object.
 *
 * @throws BounceWsError `too_deep`, `limit_exceeded`, `bad_json`, or `bad_envelope` for what is no object
 */
export function parseJsonObject(
  text: string,
  limits: JsonLimits,
): Readonly<Record<string, unknown>> {
  checkJsonLimits(text, limits);
  const value = parse(text);
  if (!isJsonObject(value)) throw new BounceWsError('bad_envelope');
  return value;
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new BounceWsError('bad_json', undefined, { cause });
  }
}

/** Writes a payload as JSON. @throws TypeError when it has no JSON form: a cycle, a BigInt, a function */
export function payloadToJson(event: string, data: unknown): string {
  const json = JSON.stringify(data) as string | undefined;
  if (json === undefined) throw new TypeError(`The data of "${event}" has no JSON form`);
  return json;
}
