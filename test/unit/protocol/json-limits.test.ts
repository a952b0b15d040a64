import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { BounceWsError, checkJsonLimits, type JsonLimits } from '../../../lib/protocol/index.js';

const DEFAULT: JsonLimits = { maxDepth: 32, maxKeys: 1_000 };

/** What the check says to a text: the code of its error, or `ok`. */
function verdict(text: string, limits: JsonLimits = DEFAULT): string {
  try {
    checkJsonLimits(text, limits);
    return 'ok';
  } catch (error) {
    expect(error).toBeInstanceOf(BounceWsError);
    return (error as BounceWsError).code;
  }
}

const envelope = (data: string): string => `{"event":"x","data":${data}}`;
const nested = (depth: number, open = '[', close = ']'): string =>
  open.repeat(depth) + close.repeat(depth);
const objects = (depth: number): string => '{"a":'.repeat(depth) + '1' + '}'.repeat(depth);
const keys = (count: number): string =>
  `{${Array.from({ length: count }, (_, n) => `"k${n}":${n}`).join(',')}}`;

describe('the nesting inside of data', () => {
  it.each([
    ['a number', '1'],
    ['32 arrays', nested(32)],
    ['32 objects', objects(32)],
    ['many arrays beside each other', `[${Array(5_000).fill('[]').join(',')}]`],
    ['32 deep again and again', `[${Array(100).fill(nested(31)).join(',')}]`],
    ['brackets in a string', JSON.stringify('['.repeat(1_000))],
    ['braces in a string', JSON.stringify('{'.repeat(1_000))],
    ['brackets in a key', `{${JSON.stringify('['.repeat(1_000))}:1}`],
    ['a string with an escaped quote and brackets', JSON.stringify(`"${'['.repeat(100)}`)],
    ['a string that ends in a backslash', JSON.stringify('\\')],
    ['strings that end in backslashes', `["\\\\","${'['.repeat(100)}","\\\\\\\\"]`],
    ['a string of a quote and a backslash', JSON.stringify(`\\"${'['.repeat(100)}\\`)],
  ])('may be %s', (_what, data) => {
    expect(JSON.parse(envelope(data))).toBeDefined();
    expect(verdict(envelope(data))).toBe('ok');
  });

  it.each([
    ['33 arrays', nested(33)],
    ['33 objects', objects(33)],
    ['arrays and objects by turns', '[{"a":'.repeat(17) + '1' + '}]'.repeat(17)],
    ['30 000 arrays', nested(30_000)],
    ['33 arrays after a string that ends in a backslash', `["\\\\",${nested(33)}]`],
    ['33 arrays after an escaped quote', `["\\"",${nested(33)}]`],
    ['33 arrays between strings', `["a",${nested(33)},"b"]`],
  ])('may not be %s', (_what, data) => {
    expect(JSON.parse(envelope(data))).toBeDefined();
    expect(verdict(envelope(data))).toBe('too_deep');
  });

  it('counts the open brackets of a text that is no JSON, too', () => {
    expect(verdict('['.repeat(34))).toBe('too_deep');
    expect(verdict('['.repeat(33))).toBe('ok');
    expect(verdict(']'.repeat(1_000) + '['.repeat(34))).toBe('too_deep');
  });

  it('is counted with other limits', () => {
    expect(verdict(envelope('[]'), { maxDepth: 1, maxKeys: 10 })).toBe('ok');
    expect(verdict(envelope('[[]]'), { maxDepth: 1, maxKeys: 10 })).toBe('too_deep');
  });
});

describe('the keys of one object', () => {
  it('may be a thousand, in each of several', () => {
    expect(verdict(envelope(keys(1_000)))).toBe('ok');
    expect(verdict(envelope(`[${keys(999)},${keys(999)},{"a":${keys(1_000)}}]`))).toBe('ok');
  });

  it('may not be a thousand and one, wherever the object is', () => {
    expect(verdict(envelope(keys(1_001)))).toBe('limit_exceeded');
    expect(verdict(envelope(`[1,[${keys(1_001)}]]`))).toBe('limit_exceeded');
    expect(verdict(keys(1_001))).toBe('limit_exceeded');
  });

  it('are counted after an inner object, too', () => {
    const inner = `{"a":${keys(10)},${keys(999).slice(1)}`;
    expect(verdict(envelope(inner))).toBe('ok');
    expect(verdict(envelope(`{"a":${keys(10)},${keys(1_000).slice(1)}`))).toBe('limit_exceeded');
  });

  it('are not the colons inside of strings', () => {
    expect(verdict(envelope(JSON.stringify(':'.repeat(5_000))))).toBe('ok');
    expect(verdict(envelope(`{${JSON.stringify(':'.repeat(5_000))}:1}`))).toBe('ok');
  });

  it('over the limit are named in the details', () => {
    expect(() => checkJsonLimits(envelope(keys(11)), { maxDepth: 32, maxKeys: 10 })).toThrow(
      expect.objectContaining({
        code: 'limit_exceeded',
        details: { limit: 'keys', max: 10 },
      }),
    );
  });

  it('are counted in short texts with low limits', () => {
    expect(verdict('{"a":1,"b":2}', { maxDepth: 100, maxKeys: 1 })).toBe('limit_exceeded');
    expect(verdict('{"":1,"":2}', { maxDepth: 100, maxKeys: 2 })).toBe('ok');
  });
});

describe('any JSON', () => {
  /** The same limits, counted on the parsed value. */
  const measure = (value: unknown, depth = 0): { depth: number; keys: number } => {
    if (typeof value !== 'object' || value === null) return { depth, keys: 0 };
    const children = Object.values(value).map((child) => measure(child, depth + 1));
    return {
      depth: Math.max(depth + 1, ...children.map((child) => child.depth)),
      keys: Math.max(
        Array.isArray(value) ? 0 : Object.keys(value).length,
        ...children.map((child) => child.keys),
      ),
    };
  };

  it('is judged by what it holds', () => {
    const limits: JsonLimits = { maxDepth: 3, maxKeys: 4 };
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 6 }), (data) => {
        const { depth, keys: most } = measure(data);
        const code = verdict(JSON.stringify({ event: 'x', data }), limits);
        if (depth <= 3 && most <= 4) expect(code).toBe('ok');
        else if (depth > 3 && most <= 4) expect(code).toBe('too_deep');
        else if (depth <= 3) expect(code).toBe('limit_exceeded');
        else expect(code).not.toBe('ok');
      }),
      { numRuns: 1_000 },
    );
  });

  it('and anything else is checked without another error than ours', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: fc.constantFrom(...'[ ] { } " : , \\ a'.split(' ')) }),
        (text) => {
          expect(['ok', 'too_deep', 'limit_exceeded']).toContain(verdict(text));
        },
      ),
      { numRuns: 1_000 },
    );
  });
});

describe('a hostile text of 64 KB', () => {
  const SIZE = 65_536;

  it.each([
    ['open brackets', '['.repeat(SIZE)],
    ['closed brackets', ']'.repeat(SIZE)],
    ['quotes', '"'.repeat(SIZE)],
    ['a string of backslashes without end', `"${'\\'.repeat(SIZE)}`],
    ['a string of backslashes with an end', `"${'\\'.repeat(SIZE)}"`],
    ['escaped quotes', `"${'\\"'.repeat(SIZE / 2)}`],
    ['escaped quotes with ever more backslashes', backslashRuns(SIZE)],
    ['strings without end', '"a'.repeat(SIZE / 2)],
    ['colons', ':'.repeat(SIZE)],
    ['empty objects', '{},'.repeat(SIZE / 3)],
    ['brackets open and closed', '[]'.repeat(SIZE / 2)],
  ])('of %s is judged within 5 ms', (_what, text) => {
    const times = Array.from({ length: 5 }, () => {
      const began = performance.now();
      verdict(text);
      return performance.now() - began;
    });
    // The best of several: the machine may have had something else to do, and the compiler had.
    expect(Math.min(...times)).toBeLessThan(5);
  });
});

function backslashRuns(size: number): string {
  let text = '"';
  for (let run = 1; text.length < size; run += 2) text += `${'\\'.repeat(run)}"`;
  return text;
}
