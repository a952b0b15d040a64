import { createHmac, type KeyObject, sign } from 'node:crypto';
import { SENTINEL } from './sentinel.js';

/** The secret of the reference server, and of every app under test that has tokens. */
export const SECRET = 'reference-server-secret-0123456789abcdef';

type Part = Readonly<Record<string, unknown>>;

/** A signature of that text. */
export type Signer = (text: string) => Buffer;

const encode = (part: unknown): string =>
  Buffer.from(typeof part === 'string' ? part : JSON.stringify(part)).toString('base64url');

/** Signs with a secret. */
export const hmac =
  (secret: string | Buffer = SECRET, hash = 'sha256'): Signer =>
  (text) =>
    createHmac(hash, secret).update(text).digest();

/** Signs with a private key: RSA, or with `isEc` an elliptic curve. */
export const signature =
  (key: KeyObject, hash: string | null, isEc = false): Signer =>
  (text) =>
    sign(hash, Buffer.from(text), isEc ? { key, dsaEncoding: 'ieee-p1363' } : key);

/** Puts a token together, an honest or a forged one. A string as payload stands for itself. */
export function forge(header: Part, payload: unknown, signer: Signer = hmac()): string {
  const text = `${encode({ typ: 'JWT', ...header })}.${encode(payload)}`;
  return `${text}.${signer(text).toString('base64url')}`;
}

/** Now, or some seconds from now, as tokens tell time. */
export const epoch = (fromNowSeconds = 0): number =>
  Math.floor(Date.now() / 1_000) + fromNowSeconds;

/** A good token of a user; `claims` adds to it. It can be recognised wherever it turns up. */
export function tokenOf(sub: string, claims: Part = {}): string {
  return forge({ alg: 'HS256' }, { sub, exp: epoch(3_600), jti: SENTINEL, ...claims });
}
