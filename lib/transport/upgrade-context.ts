import { validateHeaderName, validateHeaderValue } from 'node:http';
import type { AuthenticatedUser } from '../auth/index.js';
import type { Handshake } from '../connection/index.js';
import { BounceWsError } from '../protocol/index.js';
import type { Refusal } from './refusal.js';

const REFUSABLE_FROM = 400;
const REFUSABLE_TO = 599;

/** An upgrade request that is being decided on; what the `onConnect` hook gets. */
export class UpgradeContext {
  readonly #headers = new Map<string, string>();
  /** What is wrong with the token that the handshake brought. @internal */
  tokenError: unknown;

  #refusal: Refusal | undefined;
  #subprotocol: string | undefined;

  /** @internal */
  constructor(
    /** Headers, address, query. */
    readonly handshake: Handshake,
    /** The subprotocols the client offered, in its order of preference. */
    readonly offeredSubprotocols: ReadonlySet<string>,
    /** @internal */
    readonly identity: AuthenticatedUser | undefined,
  ) {}

  /** Whose token came with the request; `null` when there was none, or authentication is off. */
  get user(): unknown {
    return this.identity?.user ?? null;
  }

  /** The id of {@link user}. */
  get userId(): string | null {
    return this.identity?.userId ?? null;
  }

  /** Adds a header to the response. @throws TypeError for a name or value that HTTP does not allow */
  setHeader(name: string, value: string): void {
    validateHeaderName(name);
    validateHeaderValue(name, value);
    this.#headers.set(name, value);
  }

  /** Refuses the connection. @param status - 400 to 599 @param message - for people */
  refuse(status = 403, message = 'The connection was refused'): void {
    if (!Number.isInteger(status) || status < REFUSABLE_FROM || status > REFUSABLE_TO) {
      throw new RangeError(
        `A refusal needs a status from ${REFUSABLE_FROM} to ${REFUSABLE_TO}, not ${status}`,
      );
    }
    this.#refusal = { status, message };
  }

  /** The subprotocol chosen so far. */
  get subprotocol(): string | undefined {
    return this.#subprotocol;
  }

  /** Chooses the subprotocol. @throws BounceWsError `forbidden` unless the client offered it (RFC 6455, 4.2.2) */
  set subprotocol(subprotocol: string | undefined) {
    if (subprotocol !== undefined && !this.offeredSubprotocols.has(subprotocol)) {
      throw new BounceWsError(
        'forbidden',
        `The client did not offer the subprotocol "${subprotocol}"`,
      );
    }
    this.#subprotocol = subprotocol;
  }

  /** @internal */
  get refusal(): Refusal | undefined {
    return this.#refusal;
  }

  /** @internal */
  get headerLines(): string[] {
    return Array.from(this.#headers, ([name, value]) => `${name}: ${value}`);
  }
}
