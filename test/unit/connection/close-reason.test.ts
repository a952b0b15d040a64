import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { closeReason } from '../../../lib/connection/close-reason.js';

describe('closeReason()', () => {
  it.each(['', 'x', 'x'.repeat(123), '€'.repeat(41), 'é'.repeat(61)])(
    'leaves a reason that fits as it is',
    (reason) => {
      expect(closeReason(reason)).toBe(reason);
    },
  );

  it.each([
    ['x'.repeat(124), 'x'.repeat(123)],
    ['é'.repeat(62), 'é'.repeat(61)],
    ['€'.repeat(42), '€'.repeat(41)],
    [`x${'€'.repeat(41)}`, `x${'€'.repeat(40)}`],
    ['🫖'.repeat(31), '🫖'.repeat(30)],
    [`xxx${'🫖'.repeat(31)}`, `xxx${'🫖'.repeat(30)}`],
    [`${'x'.repeat(122)}é`, 'x'.repeat(122)],
    [`${'x'.repeat(120)}🫖`, 'x'.repeat(120)],
  ])('cuts a longer one, never inside of a character', (reason, cut) => {
    expect(closeReason(reason)).toBe(cut);
  });

  it('gives the longest beginning of whole characters that fits in 123 bytes', () => {
    const text = fc.string({ unit: 'grapheme-composite', minLength: 50, maxLength: 200 });
    fc.assert(
      fc.property(text, (reason) => {
        const characters = Array.from(reason);
        let longest = '';
        for (const character of characters) {
          if (Buffer.byteLength(longest + character) > 123) break;
          longest += character;
        }
        expect(closeReason(reason)).toBe(longest);
      }),
    );
  });
});
