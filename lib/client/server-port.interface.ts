import type { ClientState } from './client-state.js';

/** How a part of the client that has something to tell every connection reaches the server. */
export interface ServerPort {
  readonly connection: { readonly state: ClientState; readonly isOpen: boolean };
  readonly errors: { report(error: unknown): void };
  /** Sends at once, and resolves with the server's answer. */
  request(event: string, data: unknown): Promise<unknown>;
}
