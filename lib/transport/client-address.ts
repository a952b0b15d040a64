import type { IncomingMessage } from 'node:http';
import { isIP } from 'node:net';

const MAPPED_IPV4 = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i;
const HEXTETS = 8;
const NETWORK_HEXTETS = 4;

/**
 * The address a request came from. Each trusted proxy has appended the address that it saw to `X-Forwarded-For`, so the
 * one that counts stands as many places from the end as there are proxies; what is further left anybody can have sent.
 */
export function clientAddress(request: IncomingMessage, trustedProxies: number | false): string {
  const peer = plain(request.socket.remoteAddress ?? '');
  if (trustedProxies === false) return peer;
  const forwarded = [request.headers['x-forwarded-for'] ?? ''].flat().join(',').split(',');
  const address = plain(forwarded.at(-trustedProxies)?.trim() ?? '');
  return isIP(address) === 0 ? peer : address;
}

/** What counts as one address: of IPv6 the first 64 bits, which is what one customer is given. */
export function addressKey(address: string): string {
  if (isIP(address) !== 6) return address;
  const [head = [], tail] = address.split('::').map((part) => (part === '' ? [] : part.split(':')));
  const zeros = HEXTETS - head.length - (tail?.length ?? 0);
  const hextets = [...head, ...Array<string>(zeros).fill('0'), ...(tail ?? [])];
  return hextets
    .slice(0, NETWORK_HEXTETS)
    .map((hextet) => Number.parseInt(hextet, 16).toString(16))
    .join(':');
}

// A server that listens on both families sees IPv4 peers as `::ffff:192.0.2.1`.
function plain(address: string): string {
  return MAPPED_IPV4.exec(address)?.[1] ?? address;
}
