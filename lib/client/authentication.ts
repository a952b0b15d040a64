import type { BounceWsError } from '../protocol/bounce-ws.error.js';
import type { ResolvedClientOptions } from './client.options.js';
import { Deferred } from './deferred.js';
import type { ServerPort } from './server-port.interface.js';

/** What says nothing of the token itself: the next connection may be luckier with it. PROTOCOL.md, section 5.5. */
const NO_VERDICT = /^(timeout|unavailable|rate_|limit_)/;

/** Tells every connection who the client is. The token is in nothing that it throws or reports. */
export class Authentication {
  // Empty: nothing to tell a new connection.
  #token = '';
  readonly #waiting: Deferred<unknown>[] = [];

  constructor(
    private readonly options: Pick<ResolvedClientOptions, 'getToken' | 'tokenIn'>,
    private readonly port: ServerPort,
  ) {}

  /** @returns The server's answer, on a later connection if this one breaks before; rejects when it refuses */
  authenticate(token: string): Promise<unknown> {
    const answer = new Deferred<unknown>();
    this.#token = token;
    this.#waiting.push(answer);
    if (this.port.connection.isOpen) void this.replay();
    return answer.promise;
  }

  /**
   * Fetches the token of a new connection.
   *
   * @returns The address to connect to, with the token unless it is told in a message
   */
  async address(url: string): Promise<string> {
    const { getToken, tokenIn } = this.options;
    if (getToken === undefined) return url;
    const token = await this.#fetch().catch((error: unknown) => {
      this.port.errors.report(error);
      throw new Error('getToken failed');
    });
    const isInQuery = tokenIn === 'query';
    // One that the application gave, and that waits for its answer, is told as well.
    if (this.#waiting.length === 0) this.#token = isInQuery ? '' : token;
    if (!isInQuery || token === '') return url;
    return `${url}${url.includes('?') ? '&' : '?'}token=${encodeURIComponent(token)}`;
  }

  /** Tells a new connection the token. To be called before anything else is sent on it. */
  async replay(): Promise<void> {
    const token = this.#token;
    if (token === '') return;
    const waiting = this.#waiting.splice(0);
    try {
      const answer = await this.port.request('authenticate', { token });
      for (const { resolve } of waiting) resolve(answer);
    } catch (error) {
      this.#failed(token, waiting, error as BounceWsError);
    }
  }

  /** Gives the server another token: it has said that the one it has will not do for long. */
  async renew(): Promise<void> {
    if (this.options.getToken !== undefined) void this.authenticate(await this.#fetch());
  }

  /** No connection will follow: rejects everybody who waits for one. */
  abandon(error: unknown): void {
    this.#token = '';
    for (const { reject } of this.#waiting.splice(0)) reject(error);
  }

  async #fetch(): Promise<string> {
    return (await this.options.getToken?.()) ?? '';
  }

  #failed(token: string, waiting: readonly Deferred<unknown>[], error: BounceWsError): void {
    const { isOpen, state } = this.port.connection;
    const isLost = error.code === 'unavailable' && !isOpen;
    // Where the connection went with the answer, the next one gives it.
    if (isLost && state !== 'closed') {
      this.#waiting.unshift(...waiting);
      return;
    }
    if (!NO_VERDICT.test(error.code) && this.#token === token) this.#token = '';
    if (!isLost) this.port.errors.report(error);
    for (const { reject } of waiting) reject(error);
  }
}
