import { generateKeyPairSync } from 'node:crypto';
import { epoch, forge, hmac, SECRET, tokenOf } from '../../support/tokens.js';

/** Whose tokens the server takes, and for whom they must be. */
export const ISSUER = 'https://issuer.example';
export const AUDIENCE = 'the app';
const RIGHT = { iss: ISSUER, aud: AUDIENCE };

/** A token that is as it should be. */
export const goodToken = (sub: string, claims: object = {}): string =>
  tokenOf(sub, { ...RIGHT, ...claims });

/** The key of a server that asks for RS256. */
export const RSA = generateKeyPairSync('rsa', { modulusLength: 2_048 });

const claims = (more: object = {}): object => ({
  sub: 'alice',
  exp: epoch(3_600),
  ...RIGHT,
  ...more,
});
const payload = (value: unknown): string => forge({ alg: 'HS256' }, value);
const unsigned = (alg: string): string => forge({ alg }, claims(), () => Buffer.alloc(0));

/** An HMAC over the public key, which everybody has, for a server that would take it for the secret. */
export const confused = (format: 'pem' | 'der'): string =>
  forge(
    { alg: 'HS256' },
    claims(),
    hmac(
      Buffer.from(
        RSA.publicKey.export({ type: 'spki', format } as { type: 'spki'; format: 'pem' }),
      ),
    ),
  );

/** Tokens that nobody should be let in with, by what is wrong with them. */
export const FORGED: readonly [what: string, code: string, token: string][] = [
  ['alg none', 'invalid_token', unsigned('none')],
  ['alg nOnE', 'invalid_token', unsigned('nOnE')],
  ['alg none with a signature', 'invalid_token', forge({ alg: 'none' }, claims())],
  ['alg RS256 that is an HMAC', 'invalid_token', forge({ alg: 'RS256' }, claims())],
  ['HS512 for HS256', 'invalid_token', forge({ alg: 'HS512' }, claims(), hmac(SECRET, 'sha512'))],
  ['another secret', 'invalid_token', forge({ alg: 'HS256' }, claims(), hmac('x'.repeat(40)))],
  ['no exp', 'invalid_token', payload({ sub: 'alice', ...RIGHT })],
  ['an exp that is text', 'invalid_token', payload(claims({ exp: String(epoch(60)) }))],
  ['the wrong iss', 'invalid_token', payload(claims({ iss: 'https://evil.example' }))],
  ['no iss', 'invalid_token', payload(claims({ iss: undefined }))],
  ['the wrong aud', 'invalid_token', payload(claims({ aud: 'another app' }))],
  ['no aud', 'invalid_token', payload(claims({ aud: undefined }))],
  ['a list as payload', 'invalid_token', payload([claims()])],
  ['text as payload', 'invalid_token', payload('"alice"')],
  ['null as payload', 'invalid_token', payload('null')],
  ['no sub', 'invalid_token', payload(claims({ sub: undefined }))],
  ['a sub that is a number', 'invalid_token', payload(claims({ sub: 7 }))],
  ['a sub that is an object', 'invalid_token', payload(claims({ sub: { toString: 'alice' } }))],
  ['a sub that is a list', 'invalid_token', payload(claims({ sub: ['alice'] }))],
  ['an empty sub', 'invalid_token', payload(claims({ sub: '' }))],
  ['a sub of 257 characters', 'invalid_token', payload(claims({ sub: 'x'.repeat(257) }))],
  ['a jwk', 'invalid_token', forge({ alg: 'HS256', jwk: { kty: 'oct', k: 'AA' } }, claims())],
  ['a jku', 'invalid_token', forge({ alg: 'HS256', jku: 'http://127.0.0.1:1/' }, claims())],
  ['an x5u', 'invalid_token', forge({ alg: 'HS256', x5u: 'http://127.0.0.1:1/' }, claims())],
  ['a crit', 'invalid_token', forge({ alg: 'HS256', crit: ['b64'], b64: true }, claims())],
  ['more than 4 KiB', 'invalid_token', goodToken('alice', { more: 'x'.repeat(3_200) })],
  ['an nbf to come', 'invalid_token', payload(claims({ nbf: epoch(60) }))],
  ['an exp six seconds ago', 'expired_token', payload(claims({ exp: epoch(-6) }))],
];
