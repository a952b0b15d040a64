import type { AuthenticatedUser, AuthenticationOptions, Authenticator } from 'bounce-ws';
import { JwtAuthenticator } from 'bounce-ws/jwt';
import { SECRET } from './tokens.js';

/** The option `auth` with the tokens of `tokenOf()`; everybody is a user but `nobody`. */
export function jwt(options: Partial<AuthenticationOptions> = {}): {
  readonly auth: AuthenticationOptions;
} {
  const authenticator = new JwtAuthenticator({
    algorithms: ['HS256'],
    secret: SECRET,
    loadUser: (id) => (id === 'nobody' ? null : { id }),
  });
  return { auth: { authenticator, ...options } };
}

/** The option `auth` with an authenticator that is a function. */
export function asked(
  authenticate: Authenticator['authenticate'],
  options: Partial<AuthenticationOptions> & Pick<Authenticator, 'revoked$'> = {},
): { readonly auth: AuthenticationOptions } {
  const { revoked$, ...rest } = options;
  const authenticator = { authenticate, ...(revoked$ === undefined ? {} : { revoked$ }) };
  return { auth: { authenticator, ...rest } };
}

/** What an authenticator says of a user. */
export const userOf = (
  userId: string,
  rest: Partial<AuthenticatedUser> = {},
): AuthenticatedUser => ({ userId, user: { id: userId }, ...rest });
