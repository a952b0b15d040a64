import { WebSocket } from 'ws';
import type { Flushable } from './flush.scheduler.js';

/** What is collected for a WebSocket. */
export interface Outbound extends Flushable {
  /** Writes everything: nothing can be sent after it. */
  finish(): void;
}

/**
 * A WebSocket that sends what was collected for it before it closes, whoever closes it: the app, the peer's own close
 * frame, or `ws` after a violation of RFC 6455. After a close frame nothing may be sent any more (RFC 6455, 5.5.1).
 */
export class FlushingWebSocket extends WebSocket {
  /** What is collected for it. */
  outbound: Outbound | undefined;

  override close(code?: number, reason?: string | Buffer): void {
    this.outbound?.finish();
    super.close(code, reason);
  }
}
