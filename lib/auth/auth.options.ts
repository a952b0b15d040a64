import type { Type } from '@nestjs/common';
import type { Authenticator } from './authenticator.interface.js';

/** How clients prove who they are. */
export interface AuthenticationOptions {
  /** Knows the user behind a token: an instance, or a class that Nest creates. */
  readonly authenticator: Authenticator | Type<Authenticator>;
  /**
   * Whether everybody needs a token. Connect handlers then run once the user is known, and nothing that a client sends
   * before is handled. Otherwise those without a token are guests, whose `user` is `null`. @default true
   */
  readonly required?: boolean;
  /**
   * Milliseconds the authenticator has for one token (then the client is told `timeout`), and milliseconds a client has to
   * send one where it is required (then the connection is closed with 4408). @default 10000
   */
  readonly timeoutMs?: number;
  /**
   * Milliseconds before a token ends at which the client is asked for another, with the event `authenticate`. A token
   * that has less than this to live from the start is not asked to be renewed. @default 30000
   */
  readonly renewBeforeMs?: number;
}

/** Options of authentication. */
export interface AuthOptions {
  /** How clients prove who they are; `false` when they need not. @default false */
  readonly auth?: AuthenticationOptions | false;
}

/** How clients prove who they are, with every default filled in. */
export type ResolvedAuthenticationOptions = Required<AuthenticationOptions>;

/** The part of the options this folder reads, with defaults filled in. */
export interface ResolvedAuthOptions {
  readonly auth: ResolvedAuthenticationOptions | false;
  /** Milliseconds a handler has. */
  readonly handlerTimeoutMs: number;
}

const AUTH_DEFAULTS = Object.freeze({ required: true, timeoutMs: 10_000, renewBeforeMs: 30_000 });

/** Fills in the defaults. */
export function resolveAuthentication(
  options: AuthenticationOptions,
): ResolvedAuthenticationOptions {
  const { authenticator, required, timeoutMs, renewBeforeMs } = Object(options) as typeof options;
  return {
    authenticator,
    required: required ?? AUTH_DEFAULTS.required,
    timeoutMs: timeoutMs ?? AUTH_DEFAULTS.timeoutMs,
    renewBeforeMs: renewBeforeMs ?? AUTH_DEFAULTS.renewBeforeMs,
  };
}
