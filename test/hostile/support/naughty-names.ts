import naughtyStrings from 'big-list-of-naughty-strings' with { type: 'json' };

/**
 * Names that somebody may want to have: https://github.com/minimaxir/big-list-of-naughty-strings, and what means something to
 * JavaScript, to Redis, or to the channels between nodes.
 */
export const NAUGHTY_NAMES: readonly string[] = [
  ...new Set([
    ...naughtyStrings,
    '__proto__',
    'constructor',
    'prototype',
    'toString',
    'hasOwnProperty',
    '*',
    'a*',
    '?lice',
    '[a-z]',
    'alice\r\nPUBLISH all x',
    '\0',
    'alice\0',
    ':',
    'room:witness',
    'user:alice',
    '{alice}',
    '{}',
    '%',
    'é',
    'e\u0301',
    ' alice',
    'alice ',
    'ALICE',
    'x'.repeat(256),
    'x'.repeat(257),
    '\ud800',
    'alice\udc00',
  ]),
];

const LONE_SURROGATE = /\p{Surrogate}/u;

/** Whether it may be the name of a user: 1 to 256 characters of Unicode. */
export const mayBeUser = (name: string): boolean =>
  name.length >= 1 && name.length <= 256 && !LONE_SURROGATE.test(name);
