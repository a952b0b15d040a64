import type { TransportOptions } from './transport.options.js';

/** The part of the options this folder reads, with defaults filled in. */
export type ResolvedTransportOptions = Required<TransportOptions> & {
  /** Milliseconds a connect or disconnect hook has. */
  readonly handlerTimeoutMs: number;
};
