import type { IncomingHttpHeaders } from 'node:http';

const ANY = '*';
const WEB_SCHEME = /^https?:$/;
const LOOPBACK = /^(localhost|.+\.localhost|127(\.\d{1,3}){3}|\[::1\])$/;

/**
 * Decides whether a page may connect. Browsers send cookies along with a WebSocket upgrade wherever the page came from,
 * and no CORS protects it (OWASP: cross-site WebSocket hijacking), so the server has to look at the Origin itself.
 */
export class OriginPolicy {
  readonly #allowed: ReadonlySet<string>;

  /** @param origins - the allow-list; empty: same host, and loopback to loopback */
  constructor(origins: readonly string[]) {
    this.#allowed = new Set(origins.map((origin) => origin.toLowerCase().replace(/\/$/, '')));
  }

  /** Whether the request may be upgraded. One without an Origin is none of a browser's. */
  allows({ origin, host }: IncomingHttpHeaders): boolean {
    if (origin === undefined || this.#allowed.has(ANY)) return true;
    if (this.#allowed.size > 0) return this.#allowed.has(origin.toLowerCase());
    const page = URL.canParse(origin) ? new URL(origin) : undefined;
    // Of other schemes some, such as `file:`, have no host at all, and none is that of a web page.
    if (page === undefined || !WEB_SCHEME.test(page.protocol)) return false;
    if (host === undefined || !URL.canParse(`http://${host}`)) return false;
    // Parsed with the page's own scheme, so that its default port is left out on both sides.
    const server = new URL(`${page.protocol}//${host}`);
    return (
      page.host === server.host || (LOOPBACK.test(page.hostname) && LOOPBACK.test(server.hostname))
    );
  }
}
