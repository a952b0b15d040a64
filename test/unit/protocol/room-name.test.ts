import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { assertRoomName, BounceWsError } from '../../../lib/protocol/index.js';

const ALLOWED = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_:.-/@#=+';

const isRoomName = (value: unknown): boolean => {
  try {
    assertRoomName(value);
    return true;
  } catch (error) {
    expect(error).toBeInstanceOf(BounceWsError);
    expect(error).toMatchObject({
      code: 'invalid_payload',
      details: { fields: [{ field: 'room', reason: expect.any(String) }] },
    });
    return false;
  }
};

describe('the name of a room', () => {
  it('may have each of the characters that are allowed, and no other', () => {
    for (let code = 0; code < 0x300; code++) {
      const character = String.fromCharCode(code);
      expect(isRoomName(character), JSON.stringify(character)).toBe(ALLOWED.includes(character));
      expect(isRoomName(`a${character}`)).toBe(ALLOWED.includes(character));
    }
  });

  it('may have 1 to 128 of them', () => {
    expect(isRoomName('')).toBe(false);
    expect(isRoomName('a')).toBe(true);
    expect(isRoomName('a'.repeat(128))).toBe(true);
    expect(isRoomName('a'.repeat(129))).toBe(false);
  });

  it.each([undefined, null, 7, true, {}, [], ['tea'], { toString: () => 'tea' }, Symbol('tea')])(
    'is a string, not %s',
    (value) => {
      expect(isRoomName(value)).toBe(false);
    },
  );

  it('of 64 KB or 64 MB is refused at once', () => {
    const names = ['a'.repeat(65_536), `${'a'.repeat(65_536)}*`, 'a'.repeat(64 * 1024 * 1024)];
    const began = performance.now();
    for (const name of names) expect(isRoomName(name)).toBe(false);
    expect(performance.now() - began).toBeLessThan(50);
  });

  it('is what the rule says, for any text', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 140 }), (name) => {
        const fits = name.length >= 1 && name.length <= 128;
        expect(isRoomName(name)).toBe(
          fits && Array.from(name).every((one) => ALLOWED.includes(one)),
        );
      }),
    );
  });
});
