import { Inject, Injectable } from '@nestjs/common';
import { BOUNCE_WS_OPTIONS } from '../common/index.js';
import { addressKey } from './client-address.js';
import type { ResolvedTransportOptions } from './transport.settings.js';

/** Counts connections, of the node and of each address, and knows when there are enough. */
@Injectable()
export class Admission {
  readonly #byAddress = new Map<string, number>();
  #total = 0;

  constructor(
    @Inject(BOUNCE_WS_OPTIONS)
    private readonly options: Pick<
      ResolvedTransportOptions,
      'maxConnections' | 'connectionsPerAddress'
    >,
  ) {}

  /** How many there are. */
  get total(): number {
    return this.#total;
  }

  /** Why one more of an address is too many; `undefined` when it is not. */
  refusal(address: string): string | undefined {
    const { maxConnections, connectionsPerAddress } = this.options;
    if (this.#total >= maxConnections) return 'The server has too many connections';
    if (connectionsPerAddress === false) return undefined;
    const present = this.#byAddress.get(addressKey(address)) ?? 0;
    return present < connectionsPerAddress ? undefined : 'Your address has too many connections';
  }

  /** One more. */
  enter(address: string): void {
    this.#total++;
    if (this.options.connectionsPerAddress === false) return;
    const key = addressKey(address);
    this.#byAddress.set(key, (this.#byAddress.get(key) ?? 0) + 1);
  }

  /** One less. */
  leave(address: string): void {
    this.#total--;
    if (this.options.connectionsPerAddress === false) return;
    const key = addressKey(address);
    const left = (this.#byAddress.get(key) ?? 1) - 1;
    if (left === 0) this.#byAddress.delete(key);
    else this.#byAddress.set(key, left);
  }
}
