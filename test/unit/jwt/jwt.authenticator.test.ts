import {
  createPrivateKey,
  createPublicKey,
  createSecretKey,
  generateKeyPairSync,
  type KeyObject,
} from 'node:crypto';
import naughtyStrings from 'big-list-of-naughty-strings' with { type: 'json' };
import { BounceWsError, ConfigurationError } from 'bounce-ws';
import { type JwtAlgorithm, JwtAuthenticator, type JwtOptions } from 'bounce-ws/jwt';
import { describe, expect, it } from 'vitest';
import { epoch, forge, hmac, SECRET, signature, tokenOf } from '../../support/tokens.js';

const RSA = generateKeyPairSync('rsa', { modulusLength: 2_048 });
const RSA_PEM = RSA.publicKey.export({ type: 'spki', format: 'pem' });
const P256 = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const P384 = generateKeyPairSync('ec', { namedCurve: 'P-384' });
const ED = generateKeyPairSync('ed25519');

const withSecret = (options: Partial<JwtOptions> = {}): JwtAuthenticator =>
  new JwtAuthenticator({ algorithms: ['HS256'], secret: SECRET, ...options });

const withKey = (algorithm: JwtAlgorithm, key: KeyObject): JwtAuthenticator =>
  new JwtAuthenticator({ algorithms: [algorithm], key });

/** The code that a token is refused with. */
async function refusal(authenticator: JwtAuthenticator, token: string): Promise<string> {
  const error: unknown = await authenticator.authenticate(token).then(
    () => 'accepted',
    (reason: unknown) => reason,
  );
  return error instanceof BounceWsError ? error.code : String(error);
}

const claims = (more: object = {}): object => ({ sub: 'alice', exp: epoch(60), ...more });

describe('a token that is as it should be', () => {
  it('names its user by sub, and says until when it is good', async () => {
    const exp = epoch(60);
    const user = await withSecret().authenticate(
      tokenOf('alice', { exp, jti: 't1', role: 'cook' }),
    );
    expect(user).toEqual({
      userId: 'alice',
      user: { id: 'alice', claims: { sub: 'alice', exp, jti: 't1', role: 'cook' } },
      expiresAtMs: exp * 1_000 + 5_000,
      tokenId: 't1',
    });
  });

  it.each<[JwtAlgorithm, KeyObject, ReturnType<typeof hmac>]>([
    ['HS256', createSecretKey(Buffer.from(SECRET)), hmac()],
    ['HS384', createSecretKey(Buffer.from(SECRET)), hmac(SECRET, 'sha384')],
    ['HS512', createSecretKey(Buffer.from(SECRET)), hmac(SECRET, 'sha512')],
    ['RS256', RSA.publicKey, signature(RSA.privateKey, 'sha256')],
    ['RS512', RSA.publicKey, signature(RSA.privateKey, 'sha512')],
    ['ES256', P256.publicKey, signature(P256.privateKey, 'sha256', true)],
    ['ES384', P384.publicKey, signature(P384.privateKey, 'sha384', true)],
    ['EdDSA', ED.publicKey, signature(ED.privateKey, null)],
  ])('may be signed with %s', async (alg, key, signer) => {
    const authenticator = withKey(alg, key);
    const token = forge({ alg }, claims(), signer);
    expect(await authenticator.authenticate(token)).toMatchObject({ userId: 'alice' });
    expect(await refusal(authenticator, `${token.slice(0, -8)}AAAAAAAA`)).toBe('invalid_token');
  });

  it('may be checked with a set of public keys, by its kid', async () => {
    const jwk = (key: KeyObject, kid: string) => ({ ...key.export({ format: 'jwk' }), kid });
    const authenticator = new JwtAuthenticator({
      algorithms: ['ES256', 'RS256'],
      jwks: { keys: [jwk(P256.publicKey, 'old'), jwk(RSA.publicKey, 'new')] },
    });
    const ec = signature(P256.privateKey, 'sha256', true);
    const rsa = signature(RSA.privateKey, 'sha256');
    const token = (alg: string, kid: string, signer: typeof ec) =>
      forge({ alg, kid }, claims(), signer);
    expect(await authenticator.authenticate(token('ES256', 'old', ec))).toMatchObject({
      userId: 'alice',
    });
    expect(await authenticator.authenticate(token('RS256', 'new', rsa))).toMatchObject({
      userId: 'alice',
    });
    expect(await refusal(authenticator, token('ES256', 'new', ec))).toBe('invalid_token');
    expect(await refusal(authenticator, token('ES256', 'other', ec))).toBe('invalid_token');
  });

  it('may be good for a hundred years, or for as long as a number can say', async () => {
    const exp = epoch(100 * 365 * 86_400);
    expect(await withSecret().authenticate(tokenOf('alice', { exp }))).toMatchObject({
      expiresAtMs: exp * 1_000 + 5_000,
    });
    const forEver = await withSecret().authenticate(tokenOf('alice', { exp: 1e308 }));
    expect(forEver.expiresAtMs).toBe(Infinity);
  });

  it('may be for one of several audiences and from one of several issuers', async () => {
    const authenticator = withSecret({ issuer: ['us', 'them'], audience: 'app' });
    const good = tokenOf('alice', { iss: 'them', aud: ['app', 'other'] });
    expect(await authenticator.authenticate(good)).toMatchObject({ userId: 'alice' });
  });

  it('is given up to five seconds for a clock that is behind', async () => {
    for (const more of [{ exp: epoch(-3) }, { nbf: epoch(3) }]) {
      expect(await withSecret().authenticate(tokenOf('alice', more))).toBeDefined();
    }
  });
});

describe('a token that is not', () => {
  const rsaSecret = createSecretKey(Buffer.from(RSA_PEM));
  it.each<[string, string, string]>([
    ['has no signature', 'invalid_token', forge({ alg: 'none' }, claims(), () => Buffer.alloc(0))],
    ['says alg: None', 'invalid_token', forge({ alg: 'None' }, claims(), () => Buffer.alloc(0))],
    ['has no alg', 'invalid_token', forge({}, claims())],
    [
      'is HS512 where HS256 is asked for',
      'invalid_token',
      forge({ alg: 'HS512' }, claims(), hmac(SECRET, 'sha512')),
    ],
    ['says RS256 and is an HMAC', 'invalid_token', forge({ alg: 'RS256' }, claims())],
    [
      'is signed with another secret',
      'invalid_token',
      forge({ alg: 'HS256' }, claims(), hmac('x'.repeat(32))),
    ],
    ['is signed with nothing', 'invalid_token', forge({ alg: 'HS256' }, claims(), hmac(''))],
    ['has no exp', 'invalid_token', forge({ alg: 'HS256' }, { sub: 'alice' })],
    ['has an exp that is text', 'invalid_token', tokenOf('alice', { exp: String(epoch(60)) })],
    ['expired six seconds ago', 'expired_token', tokenOf('alice', { exp: epoch(-6) })],
    ['expired in the year 0', 'expired_token', tokenOf('alice', { exp: -62_167_219_200 })],
    ['is not valid yet', 'invalid_token', tokenOf('alice', { nbf: epoch(60) })],
    ['has no sub', 'invalid_token', forge({ alg: 'HS256' }, { exp: epoch(60) })],
    ['has a sub that is a number', 'invalid_token', forge({ alg: 'HS256' }, claims({ sub: 7 }))],
    ['has a sub that is an object', 'invalid_token', forge({ alg: 'HS256' }, claims({ sub: {} }))],
    ['has an empty sub', 'invalid_token', tokenOf('')],
    ['has a sub of 257 characters', 'invalid_token', tokenOf('x'.repeat(257))],
    [
      'has a sub that is no text in UTF-8',
      'invalid_token',
      forge({ alg: 'HS256' }, '{"sub":"\\ud800","exp":9999999999}'),
    ],
    ['has a list as payload', 'invalid_token', forge({ alg: 'HS256' }, [claims()])],
    ['has null as payload', 'invalid_token', forge({ alg: 'HS256' }, 'null')],
    ['has text as payload', 'invalid_token', forge({ alg: 'HS256' }, '"alice"')],
    ['has no JSON as payload', 'invalid_token', forge({ alg: 'HS256' }, 'alice')],
    [
      'brings its own key',
      'invalid_token',
      forge({ alg: 'HS256', jwk: { kty: 'oct', k: 'AA' } }, claims()),
    ],
    [
      'says where its key is',
      'invalid_token',
      forge({ alg: 'HS256', jku: 'http://127.0.0.1:1/keys' }, claims()),
    ],
    [
      'says where its certificate is',
      'invalid_token',
      forge({ alg: 'HS256', x5u: 'http://127.0.0.1:1/x' }, claims()),
    ],
    [
      'has rules of its own',
      'invalid_token',
      forge({ alg: 'HS256', crit: ['exp'], exp: 1 }, claims()),
    ],
    [
      'has rules of its own that are known',
      'invalid_token',
      forge({ alg: 'HS256', crit: ['b64'], b64: true }, claims()),
    ],
    ['is larger than 4 KiB', 'invalid_token', tokenOf('alice', { padding: 'x'.repeat(3_100) })],
    ['has four parts', 'invalid_token', `${tokenOf('alice')}.AAAA`],
    ['has two parts', 'invalid_token', tokenOf('alice').split('.').slice(0, 2).join('.')],
    ['is nothing', 'invalid_token', ''],
    ['is dots', 'invalid_token', '..'],
    ['is a NUL', 'invalid_token', '\0'],
  ])('%s: %#', async (_what, code, token) => {
    expect(await refusal(withSecret(), token)).toBe(code);
  });

  it('is an HMAC made with the public key, where RS256 is asked for', async () => {
    const forged = forge({ alg: 'HS256' }, claims(), hmac(rsaSecret.export()));
    expect(await refusal(withKey('RS256', RSA.publicKey), forged)).toBe('invalid_token');
  });

  it('is from or for somebody else', async () => {
    const authenticator = withSecret({ issuer: 'us', audience: 'app' });
    const right = { iss: 'us', aud: 'app' };
    expect(await authenticator.authenticate(tokenOf('alice', right))).toBeDefined();
    for (const wrong of [
      { ...right, iss: 'them' },
      { ...right, iss: ['us'] },
      { ...right, aud: 'other' },
      { ...right, aud: undefined },
      { aud: 'app' },
    ]) {
      expect(await refusal(authenticator, tokenOf('alice', wrong))).toBe('invalid_token');
    }
  });

  it('is any naughty string', async () => {
    const authenticator = withSecret();
    const codes = await Promise.all(naughtyStrings.map((text) => refusal(authenticator, text)));
    expect(new Set(codes)).toEqual(new Set(['invalid_token']));
  });
});

describe('loadUser', () => {
  it('says who the user is, from sub and claims', async () => {
    const authenticator = withSecret({
      loadUser: async (sub, { role }) => ({ name: sub.toUpperCase(), role }),
    });
    expect(await authenticator.authenticate(tokenOf('alice', { role: 'cook' }))).toMatchObject({
      userId: 'alice',
      user: { name: 'ALICE', role: 'cook' },
    });
  });

  it.each([null, undefined])('refuses with user_not_found by returning %s', async (nobody) => {
    expect(await refusal(withSecret({ loadUser: () => nobody }), tokenOf('alice'))).toBe(
      'user_not_found',
    );
  });

  it('is not asked about a token that is not good', async () => {
    const asked: string[] = [];
    const authenticator = withSecret({ loadUser: (sub) => asked.push(sub) });
    await refusal(authenticator, tokenOf('alice', { exp: epoch(-6) }));
    expect(asked).toEqual([]);
  });

  it('may refuse with a code of its own, and passes on what goes wrong', async () => {
    const refused = withSecret({
      loadUser: () => {
        throw new BounceWsError('forbidden');
      },
    });
    expect(await refusal(refused, tokenOf('alice'))).toBe('forbidden');
    const broken = withSecret({ loadUser: () => Promise.reject(new Error('no database')) });
    expect(await refusal(broken, tokenOf('alice'))).toBe('Error: no database');
  });
});

describe('what cannot be safe', () => {
  const small = generateKeyPairSync('rsa', { modulusLength: 1_024 });
  it.each<[string, object, RegExp]>([
    ['no algorithms', { secret: SECRET }, /needs algorithms/],
    ['an empty list of algorithms', { algorithms: [], secret: SECRET }, /needs algorithms/],
    ['the algorithm none', { algorithms: ['none'], secret: SECRET }, /needs algorithms/],
    [
      'an algorithm that is a name of Object',
      { algorithms: ['toString'], secret: SECRET },
      /needs algorithms/,
    ],
    ['no key', { algorithms: ['HS256'] }, /exactly one/],
    ['two keys', { algorithms: ['HS256'], secret: SECRET, key: RSA.publicKey }, /exactly one/],
    ['a secret of 31 bytes', { algorithms: ['HS256'], secret: 'x'.repeat(31) }, /32 bytes/],
    [
      'a secret key of 31 bytes',
      { algorithms: ['HS256'], key: createSecretKey(Buffer.alloc(31)) },
      /32 bytes/,
    ],
    [
      'a secret that is a public key',
      { algorithms: ['HS256'], secret: RSA_PEM },
      /createPublicKey/,
    ],
    ['a private key', { algorithms: ['RS256'], key: RSA.privateKey }, /private/],
    ['a key that is text', { algorithms: ['RS256'], key: RSA_PEM }, /KeyObject/],
    ['RS256 with a secret', { algorithms: ['RS256'], secret: SECRET }, /RS256/],
    ['HS256 with a public key', { algorithms: ['HS256'], key: RSA.publicKey }, /HS256/],
    ['both, with a public key', { algorithms: ['RS256', 'HS256'], key: RSA.publicKey }, /HS256/],
    ['ES256 with another curve', { algorithms: ['ES256'], key: P384.publicKey }, /ES256/],
    ['an RSA key of 1024 bits', { algorithms: ['RS256'], key: small.publicKey }, /1024/],
    ['HS256 with a jwks', { algorithms: ['HS256'], jwks: { keys: [] } }, /no secrets/],
    ['a jwks that is none', { algorithms: ['RS256'], jwks: { key: 1 } }, /JSON Web Key Set/],
    [
      'a negative tolerance',
      { algorithms: ['HS256'], secret: SECRET, clockToleranceMs: -1 },
      /negative/,
    ],
  ])('%s is refused at once', (_what, options, message) => {
    const make = () => new JwtAuthenticator(options as JwtOptions);
    expect(make).toThrow(ConfigurationError);
    expect(make).toThrow(message);
    expect(make).not.toThrow(SECRET);
  });

  it('a public key in any form is not a private one', () => {
    const key = createPrivateKey(RSA.privateKey.export({ type: 'pkcs8', format: 'pem' }));
    expect(() => withKey('RS256', createPublicKey(key))).not.toThrow();
  });
});
