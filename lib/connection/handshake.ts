import type { IncomingHttpHeaders, IncomingMessage } from 'node:http';

/** What is known of a connection from its HTTP upgrade request. */
export class Handshake {
  /** The request target as it was sent, for instance `/ws?room=general`. */
  readonly url: string;
  /** The path of {@link url}, which chose the endpoint. */
  readonly path: string;
  /** The address of the client: that of a proxy in between, unless the option `trustedProxies` counts it. */
  readonly ip: string;
  /** The headers, names in lower case. */
  readonly headers: IncomingHttpHeaders;
  /** The name of the codec of this connection, for instance `bounce`. */
  codec = '';
  /** The negotiated WebSocket subprotocol; empty when there is none. */
  subprotocol = '';

  constructor(request: IncomingMessage, path: string, ip = request.socket.remoteAddress ?? '') {
    this.url = request.url ?? '/';
    this.path = path;
    this.ip = ip;
    this.headers = request.headers;
  }

  /** The query parameters of {@link url}. Parsed at each call: most connections never ask. */
  get query(): URLSearchParams {
    const start = this.url.indexOf('?');
    return new URLSearchParams(start === -1 ? '' : this.url.slice(start + 1));
  }
}
