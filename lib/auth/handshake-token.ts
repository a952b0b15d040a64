import type { IncomingMessage } from 'node:http';
import { BounceWsError } from '../protocol/index.js';
import { isToken } from './token.js';

const QUERY_PARAMETER = 'token';
const SUBPROTOCOL_PREFIX = 'bounce.token.';
const BEARER = /^bearer(?: +|$)/i;

/**
 * Takes the token out of an upgrade request: from `?token=`, `Authorization: Bearer` and the subprotocol
 * `bounce.token.<token>`. Afterwards it is in none of them, whatever the app logs of the request.
 *
 * @returns `undefined` when there is none
 * @throws BounceWsError `invalid_token` when there are several that differ, or one that cannot be a token
 */
export function takeToken(request: IncomingMessage): string | undefined {
  const tokens = new Set([
    ...takeFromQuery(request),
    ...takeFromAuthorization(request),
    ...takeFromSubprotocols(request),
  ]);
  if (tokens.size > 1) throw new BounceWsError('invalid_token');
  const [token] = tokens;
  if (token !== undefined && !isToken(token)) throw new BounceWsError('invalid_token');
  return token;
}

function takeFromQuery(request: IncomingMessage): string[] {
  const url = request.url ?? '/';
  const start = url.indexOf('?');
  if (start === -1) return [];
  const tokens: string[] = [];
  // Part by part, so that the rest stays as it was sent. URLSearchParams never throws, whatever the encoding.
  const others = url
    .slice(start + 1)
    .split('&')
    .filter((part) => {
      const token = new URLSearchParams(part).get(QUERY_PARAMETER);
      if (token !== null) tokens.push(token);
      return token === null;
    });
  if (tokens.length > 0) {
    request.url = url.slice(0, start) + (others.length === 0 ? '' : `?${others.join('&')}`);
  }
  return tokens;
}

function takeFromAuthorization(request: IncomingMessage): string[] {
  const { authorization } = request.headers;
  if (authorization === undefined || !BEARER.test(authorization)) return [];
  rewriteHeader(request, 'authorization', undefined);
  return [authorization.replace(BEARER, '').trim()];
}

function takeFromSubprotocols(request: IncomingMessage): string[] {
  const offered = request.headers['sec-websocket-protocol'];
  if (offered?.includes(SUBPROTOCOL_PREFIX) !== true) return [];
  const names = offered.split(',').map((name) => name.trim());
  const others = names.filter((name) => !name.startsWith(SUBPROTOCOL_PREFIX));
  rewriteHeader(
    request,
    'sec-websocket-protocol',
    others.length === 0 ? undefined : others.join(', '),
  );
  return names
    .filter((name) => name.startsWith(SUBPROTOCOL_PREFIX))
    .map((name) => name.slice(SUBPROTOCOL_PREFIX.length));
}

/** Changes a header in both forms that Node keeps of it. */
function rewriteHeader(request: IncomingMessage, name: string, value: string | undefined): void {
  const { headers, rawHeaders } = request;
  if (value === undefined) Reflect.deleteProperty(headers, name);
  else headers[name] = value;
  for (let index = 0; index < rawHeaders.length; index += 2) {
    // Emptied and not taken out: Node has counted them.
    if (rawHeaders[index]?.toLowerCase() === name) rawHeaders[index + 1] = value ?? '';
  }
}
