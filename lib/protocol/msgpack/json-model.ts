/** Nesting that no reader would take; a cycle is found out by it. */
const DEEPEST = 1_000;

/**
 * What JSON would make of a value, so that a payload is the same in every codec: `toJSON()` is called, `undefined` and
 * functions are left out (`null` in arrays), what is no finite number is `null`. Bytes stay bytes. Objects become `Map`s: a
 * writer then takes every key for a key, be it `constructor`, `toJSON` or `__proto__`.
 *
 * @returns `undefined` for what has no JSON form
 * @throws TypeError for a BigInt, a cycle, and nesting deeper than 1 000
 */
export function toJsonModel(value: unknown, key = '', depth = 0): unknown {
  switch (typeof value) {
    case 'string':
    case 'boolean':
      return value;
    case 'number':
      return Number.isFinite(value) ? value : null;
    case 'object':
      return value === null ? null : objectToModel(value, key, depth);
    case 'bigint':
      throw new TypeError('A BigInt has no form on the wire');
    default:
      return undefined;
  }
}

function objectToModel(value: object, key: string, depth: number): unknown {
  if (depth > DEEPEST) throw new TypeError('The payload contains itself, or nests too deeply');
  // Before toJSON, which a Buffer has.
  if (value instanceof Uint8Array) return value;
  if ('toJSON' in value && typeof value.toJSON === 'function') {
    const json = (value as { toJSON(key: string): unknown }).toJSON(key);
    return json === value ? fieldsToModel(value, depth) : toJsonModel(json, key, depth + 1);
  }
  if (!Array.isArray(value)) return fieldsToModel(value, depth);
  return value.map((item, index) => toJsonModel(item, String(index), depth + 1) ?? null);
}

function fieldsToModel(value: object, depth: number): Map<string, unknown> {
  const fields = new Map<string, unknown>();
  for (const [key, field] of Object.entries(value)) {
    const model = toJsonModel(field, key, depth + 1);
    if (model !== undefined) fields.set(key, model);
  }
  return fields;
}
