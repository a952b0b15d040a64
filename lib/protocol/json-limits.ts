import { BounceWsError } from './bounce-ws.error.js';

/** What a JSON text may hold before anyone parses it. */
export interface JsonLimits {
  /** Deepest nesting of arrays and objects inside `data`. */
  readonly maxDepth: number;
  /** Most keys in one object. */
  readonly maxKeys: number;
}

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const COLON = 0x3a;
const OPEN_BRACKET = 0x5b;
const CLOSE_BRACKET = 0x5d;
const OPEN_BRACE = 0x7b;
const CLOSE_BRACE = 0x7d;

/**
 * Checks nesting and key counts on the raw text in one pass, without building anything: `JSON.parse` accepts a depth
 * of 30 000, and every recursive walk of the result then overflows the stack. The text need not be valid JSON.
 *
 * @throws BounceWsError `too_deep` or `limit_exceeded`
 */
export function checkJsonLimits(text: string, { maxDepth, maxKeys }: JsonLimits): void {
  // The envelope's own braces are one level above `data`.
  const deepest = maxDepth + 1;
  // A text this short can neither nest that deep nor hold that many keys ("a":1, is five characters).
  if (text.length <= deepest && text.length < maxKeys) return;
  const keys: number[] = [];
  for (let index = 0; index < text.length; index++) {
    switch (text.charCodeAt(index)) {
      case QUOTE:
        index = endOfString(text, index);
        break;
      case OPEN_BRACE:
      case OPEN_BRACKET:
        if (keys.push(0) > deepest) throw new BounceWsError('too_deep');
        break;
      case CLOSE_BRACE:
      case CLOSE_BRACKET:
        keys.pop();
        break;
      case COLON:
        // Outside of everything it is no JSON, and an index of -1 would make the array a slow dictionary.
        if (keys.length > 0 && ++keys[keys.length - 1]! > maxKeys) {
          throw new BounceWsError('limit_exceeded', undefined, {
            details: { limit: 'keys', max: maxKeys },
          });
        }
        break;
    }
  }
}

function endOfString(text: string, start: number): number {
  let end = text.indexOf('"', start + 1);
  while (end !== -1 && isEscaped(text, end)) end = text.indexOf('"', end + 1);
  return end === -1 ? text.length : end;
}

function isEscaped(text: string, index: number): boolean {
  let first = index;
  while (text.charCodeAt(first - 1) === BACKSLASH) first--;
  return (index - first) % 2 === 1;
}
