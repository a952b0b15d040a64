/**
 * Makes the address of a server absolute: relative ones are read as the page's own links are, and `http:` and `https:`
 * become `ws:` and `wss:`.
 *
 * @throws TypeError when it is no address of a WebSocket
 */
export function webSocketUrl(address: string | URL): string {
  const base = (globalThis as { location?: { href: string } }).location?.href;
  const url = new URL(address, base);
  url.protocol = url.protocol.replace(/^http/, 'ws');
  // A WebSocket has no use for a fragment, and older browsers refuse one.
  url.hash = '';
  if (/^wss?:$/.test(url.protocol)) return url.href;
  // The address itself may hold a token.
  throw new TypeError(`A WebSocket's address starts with ws: or wss:, not with ${url.protocol}`);
}
