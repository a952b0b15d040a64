import type { BounceSocket } from '../connection/index.js';
import type { UpgradeContext } from './upgrade-context.js';

/** What the app does at the turning points of the server's and of each connection's life. From microsockets. */
export interface Hooks {
  /** Before the first connection is accepted. A rejection fails the boot. */
  readonly onStartup?: () => unknown;
  /** After the last connection has ended. A rejection is logged. */
  readonly onShutdown?: () => unknown;
  /**
   * Before a connection is upgraded: may refuse it, add response headers and choose the subprotocol. A rejection refuses
   * it: with the status of an `HttpException` below 500, with the fitting one (401, 403, 429, 503) for a
   * `BounceWsError`, otherwise with 500.
   */
  readonly onConnect?: (upgrade: UpgradeContext) => unknown;
  /** After a connection has ended and its gateway's disconnect handlers have run. A rejection is logged. */
  readonly onDisconnect?: (socket: BounceSocket, code: number, reason: string) => unknown;
}
