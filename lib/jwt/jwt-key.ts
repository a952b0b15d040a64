import { createSecretKey, KeyObject } from 'node:crypto';
import { createLocalJWKSet, type JWTVerifyGetKey } from 'jose';
import { ConfigurationError } from '../common/index.js';
import type { JwtAlgorithm, JwtOptions } from './jwt.options.js';

/** RFC 7518, 3.2: as long as the shortest hash. */
const MIN_SECRET_BYTES = 32;
/** RFC 7518, 3.3. */
const MIN_RSA_BITS = 2_048;

/** Whether a key is of the kind that an algorithm is made for. */
const FITS: Readonly<Record<JwtAlgorithm, (key: KeyObject) => boolean>> = {
  HS256: isSecret,
  HS384: isSecret,
  HS512: isSecret,
  RS256: isRsa,
  RS384: isRsa,
  RS512: isRsa,
  PS256: isRsa,
  PS384: isRsa,
  PS512: isRsa,
  ES256: isOnCurve('prime256v1'),
  ES384: isOnCurve('secp384r1'),
  ES512: isOnCurve('secp521r1'),
  EdDSA: (key) => key.asymmetricKeyType === 'ed25519',
};

/**
 * The key that tokens are checked with.
 *
 * @throws ConfigurationError for a key that is too weak, or does not fit every algorithm: a public key that could be
 *   taken for a secret is how forged tokens get in
 */
export function jwtKey(options: JwtOptions): KeyObject | JWTVerifyGetKey {
  const { algorithms } = options;
  assertAlgorithms(algorithms);
  const given = ['secret', 'key', 'jwks'].filter(
    (name) => Reflect.get(options, name) !== undefined,
  );
  if (given.length !== 1) {
    throw new ConfigurationError(
      `JwtAuthenticator needs exactly one of secret, key and jwks, not ${given.length}`,
    );
  }
  if ('jwks' in options && options.jwks !== undefined) return keySet(options.jwks, algorithms);
  const key =
    'secret' in options ? secretKey(options.secret) : givenKey(Reflect.get(options, 'key'));
  const misfit = algorithms.find((algorithm) => !FITS[algorithm](key));
  if (misfit !== undefined) {
    throw new ConfigurationError(
      `JwtAuthenticator cannot check ${misfit} with this key (${describe(key)})`,
    );
  }
  return key;
}

function assertAlgorithms(algorithms: unknown): void {
  const list = Array.isArray(algorithms) ? (algorithms as unknown[]) : [];
  const unknown = list.filter((name) => typeof name !== 'string' || !Object.hasOwn(FITS, name));
  if (list.length > 0 && unknown.length === 0) return;
  throw new ConfigurationError(
    `JwtAuthenticator needs algorithms: one or more of ${Object.keys(FITS).join(', ')}`,
  );
}

function secretKey(secret: unknown): KeyObject {
  if (typeof secret !== 'string' && !(secret instanceof Uint8Array)) {
    throw new ConfigurationError('The secret of JwtAuthenticator must be a string or bytes');
  }
  const bytes = Buffer.from(secret as string);
  // A PEM is a key, and mostly one that everybody knows.
  if (bytes.includes('-----BEGIN ')) {
    throw new ConfigurationError(
      'The secret of JwtAuthenticator is a PEM: give createPublicKey(pem) of node:crypto as key',
    );
  }
  return longEnough(createSecretKey(bytes));
}

function givenKey(key: unknown): KeyObject {
  if (!(key instanceof KeyObject)) {
    throw new ConfigurationError('The key of JwtAuthenticator must be a KeyObject of node:crypto');
  }
  if (key.type === 'private') {
    throw new ConfigurationError(
      'The key of JwtAuthenticator is a private one, which has no place here: give createPublicKey(key)',
    );
  }
  return key.type === 'secret' ? longEnough(key) : key;
}

function keySet(jwks: NonNullable<unknown>, algorithms: readonly JwtAlgorithm[]): JWTVerifyGetKey {
  if (algorithms.some((algorithm) => algorithm.startsWith('HS'))) {
    throw new ConfigurationError('JwtAuthenticator takes no secrets from a jwks');
  }
  try {
    return createLocalJWKSet(jwks as Parameters<typeof createLocalJWKSet>[0]);
  } catch (cause) {
    throw new ConfigurationError('The jwks of JwtAuthenticator is no JSON Web Key Set', { cause });
  }
}

function longEnough(key: KeyObject): KeyObject {
  if ((key.symmetricKeySize ?? 0) >= MIN_SECRET_BYTES) return key;
  throw new ConfigurationError(
    `The secret of JwtAuthenticator must have at least ${MIN_SECRET_BYTES} bytes`,
  );
}

function isSecret({ type }: KeyObject): boolean {
  return type === 'secret';
}

function isRsa({ asymmetricKeyType, asymmetricKeyDetails }: KeyObject): boolean {
  return asymmetricKeyType === 'rsa' && (asymmetricKeyDetails?.modulusLength ?? 0) >= MIN_RSA_BITS;
}

function isOnCurve(name: string): (key: KeyObject) => boolean {
  return ({ asymmetricKeyDetails }) => asymmetricKeyDetails?.namedCurve === name;
}

function describe({ type, asymmetricKeyType, asymmetricKeyDetails = {} }: KeyObject): string {
  const { modulusLength, namedCurve } = asymmetricKeyDetails;
  return [type, asymmetricKeyType, modulusLength, namedCurve].filter((part) => part).join(' ');
}
