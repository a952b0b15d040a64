/**
 * The address of a server; `http:` and `https:` become `ws:` and `wss:`.
 *
 * @throws TypeError when it is no address of a WebSocket
 */
export function webSocketUrl(address: string | URL): string {
  const url = new URL(address);
  url.protocol = url.protocol.replace(/^http/, 'ws');
  // A WebSocket has no use for a fragment.
  url.hash = '';
  if (/^wss?:$/.test(url.protocol)) return url.href;
  // The address itself may hold a token.
  throw new TypeError(`A WebSocket's address starts with ws: or wss:, not with ${url.protocol}`);
}

/** An address as it may stand in a message: without the query or a password, which may be secret. */
export function describeUrl(address: string): string {
  const { protocol, host, pathname } = new URL(address);
  return `${protocol}//${host}${pathname}`;
}
