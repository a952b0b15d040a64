import type { Duplex } from 'node:stream';
import type { WebSocket } from 'ws';
import type { Laggard } from './catch-up.watch.js';
import type { FlushScheduler } from './flush.scheduler.js';
import type { Outbound } from './flushing-websocket.js';
import { HeldFrames } from './held-frames.js';
import { OutboundBatch } from './outbound-batch.js';
import type { OutboundFrame } from './outbound-frame.js';
import { rawStreamOf } from './raw-stream.js';
import type { Lossy } from './slow-reader-policy.js';

/** Whoever decides what happens to a connection whose peer does not read. */
export interface SlowReaderListener {
  /** More than the allowed bytes wait for the peer. */
  onSlowReader(): void;
}

/** What `ws` is still compressing counts as unread; this much of it is no sign of a slow reader. */
const COMPRESSING_BYTES = 16_384;

/** The frames one connection sends until they are flushed; they leave in one write. */
export class OutboundQueue implements Outbound, Laggard {
  readonly #stream: Duplex | undefined;
  #batch: OutboundBatch | undefined;
  #held: HeldFrames | undefined;

  constructor(
    private readonly ws: WebSocket,
    private readonly scheduler: FlushScheduler,
    private readonly listener: SlowReaderListener,
    private readonly maxQueuedBytes: number,
  ) {
    this.#stream = rawStreamOf(ws);
  }

  /** Whether the peer has not yet read what was sent before. */
  get congested(): boolean {
    return this.ws.bufferedAmount > (this.#stream === undefined ? COMPRESSING_BYTES : 0);
  }

  /** Adds a frame for this client alone; it leaves once what runs now has returned. */
  pushSoon(frame: OutboundFrame): void {
    if (this.#batch === undefined) this.scheduler.scheduleSoon(this);
    this.#batch = new OutboundBatch(frame, this.#batch);
  }

  /** Adds a frame that others get too; it leaves at the end of this turn. */
  push(frame: OutboundFrame): void {
    if (this.#batch === undefined) this.scheduler.schedule(this);
    this.#batch = (this.#batch ?? this.scheduler.emptyBatch).append(frame);
  }

  /** Adds a frame that need not wait: while the peer is behind it is dropped, or replaces the one of its key. */
  offer(frame: OutboundFrame, { key }: Lossy): void {
    if (this.#held === undefined && !this.congested) this.push(frame);
    else if (key !== undefined) this.#hold(key, frame);
  }

  /** Writes what waits now. */
  flush(): void {
    const batch = this.#batch;
    if (batch === undefined) return;
    this.#batch = undefined;
    if (this.ws.readyState !== this.ws.OPEN) return;
    if (this.#stream === undefined) {
      for (const { payload, isBinary } of batch.frames()) {
        this.ws.send(payload, { binary: isBinary });
      }
    } else {
      this.#stream.write(batch.bytes(this.scheduler.assembler));
    }
    if (this.ws.bufferedAmount > this.maxQueuedBytes) this.listener.onSlowReader();
  }

  /** Writes everything, for instance before a close frame. */
  finish(): void {
    if (this.#held !== undefined) this.#letGo(this.#held);
    this.flush();
  }

  catchUp(): boolean {
    if (this.#held === undefined) return true;
    if (this.congested) return false;
    this.#letGo(this.#held);
    return true;
  }

  /** The connection is gone. */
  discard(): void {
    this.#batch = undefined;
    if (this.#held === undefined) return;
    this.#held = undefined;
    this.scheduler.catchUp.remove(this);
  }

  #hold(key: string, frame: OutboundFrame): void {
    if (this.#held === undefined) {
      this.#held = new HeldFrames();
      this.scheduler.catchUp.add(this);
    }
    this.#held.set(key, frame);
    if (this.#held.bytes + this.ws.bufferedAmount > this.maxQueuedBytes) {
      this.listener.onSlowReader();
    }
  }

  #letGo(held: HeldFrames): void {
    this.#held = undefined;
    this.scheduler.catchUp.remove(this);
    for (const frame of held.frames) this.push(frame);
  }
}
