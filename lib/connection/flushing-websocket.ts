import { WebSocket } from 'ws';
import type { Flushable } from './flush.scheduler.js';

/**
 * A WebSocket that sends what was collected for it before it closes, whoever closes it: the app, the peer's own close
 * frame, or `ws` after a violation of RFC 6455. After a close frame nothing may be sent any more (RFC 6455, 5.5.1).
 */
export class FlushingWebSocket extends WebSocket {
  /** What is collected for it. */
  outbound: Flushable | undefined;

  override close(code?: number, reason?: string | Buffer): void {
    this.outbound?.flush();
    super.close(code, reason);
  }
}
