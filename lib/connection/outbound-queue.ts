import type { Duplex } from 'node:stream';
import type { WebSocket } from 'ws';
import type { Flushable, FlushScheduler } from './flush.scheduler.js';
import type { OutboundBatch } from './outbound-batch.js';
import type { OutboundFrame } from './outbound-frame.js';
import { rawStreamOf } from './raw-stream.js';

/** Whoever decides what happens to a connection whose peer does not read. */
export interface SlowReaderPolicy {
  /** More than the allowed bytes wait for the peer. */
  onSlowReader(): void;
}

/** The frames one connection sends in one turn of the event loop; they leave in one write. */
export class OutboundQueue implements Flushable {
  readonly #stream: Duplex | undefined;
  #batch: OutboundBatch | undefined;

  constructor(
    private readonly ws: WebSocket,
    private readonly scheduler: FlushScheduler,
    private readonly policy: SlowReaderPolicy,
    private readonly maxQueuedBytes: number,
  ) {
    this.#stream = rawStreamOf(ws);
  }

  /** Whether the peer has not yet read what was sent before. */
  get congested(): boolean {
    return this.ws.bufferedAmount > 0;
  }

  /** Adds a frame; it leaves at the end of this turn. */
  push(frame: OutboundFrame): void {
    if (this.#batch === undefined) {
      this.scheduler.schedule(this);
      this.#batch = this.scheduler.emptyBatch;
    }
    this.#batch = this.#batch.append(frame);
  }

  /** Writes what waits now, for instance before a close frame. */
  flush(): void {
    const batch = this.#batch;
    if (batch === undefined) return;
    this.#batch = undefined;
    if (this.ws.readyState !== this.ws.OPEN) return;
    if (this.#stream === undefined) {
      for (const { payload } of batch.frames()) this.ws.send(payload);
    } else {
      this.#stream.write(batch.bytes(this.scheduler.assembler));
    }
    if (this.ws.bufferedAmount > this.maxQueuedBytes) this.policy.onSlowReader();
  }
}
