import { createSecretKey, type KeyObject } from 'node:crypto';
import { SignJWT } from 'jose';

/** What tokens are signed with, as text and as the key that is fast to use. */
export const SECRET = 'a secret of the benchmark, and long enough';
export const KEY: KeyObject = createSecretKey(Buffer.from(SECRET));
export const ALGORITHM = 'HS256';

/** A token of a user, good for an hour. */
export function tokenOf(user: string): Promise<string> {
  return new SignJWT()
    .setProtectedHeader({ alg: ALGORITHM })
    .setSubject(user)
    .setExpirationTime('1h')
    .sign(KEY);
}
