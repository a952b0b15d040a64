import { Inject, Injectable, type OnModuleDestroy } from '@nestjs/common';
import { BOUNCE_WS_OPTIONS } from '../common/index.js';
import { CloseCode } from '../protocol/index.js';
import type { BounceSocket } from './bounce-socket.js';
import type { ConnectionOptions } from './connection.options.js';
import { ConnectionRegistry } from './connection.registry.js';

const LONGEST_TICK_MS = 1_000;
const TICKS_PER_TIMEOUT = 4;

/**
 * Finds connections whose peer is gone without a word. One timer for all of them: the interval is cut into slots, each
 * connection belongs to one, and every tick pings one slot and judges the slot pinged one timeout earlier.
 */
@Injectable()
export class Heartbeat implements OnModuleDestroy {
  readonly #tickMs: number;
  readonly #slots: Set<BounceSocket>[];
  readonly #ticksToAnswer: number;
  #timer: NodeJS.Timeout | undefined;
  #tick = 0;
  #lastTickAtMs = 0;
  #lastLateTick = Number.NEGATIVE_INFINITY;
  #nextSlot = 0;

  constructor(
    @Inject(BOUNCE_WS_OPTIONS) options: Required<ConnectionOptions>,
    private readonly connections: ConnectionRegistry,
  ) {
    const { heartbeatIntervalMs, heartbeatTimeoutMs } = options;
    this.#tickMs = Math.min(
      LONGEST_TICK_MS,
      heartbeatTimeoutMs / TICKS_PER_TIMEOUT,
      heartbeatIntervalMs,
    );
    this.#ticksToAnswer = Math.ceil(heartbeatTimeoutMs / this.#tickMs);
    const slotCount = Math.max(
      Math.round(heartbeatIntervalMs / this.#tickMs),
      this.#ticksToAnswer + 1,
    );
    this.#slots = Array.from({ length: slotCount }, () => new Set<BounceSocket>());
    connections.opened$.subscribe((socket) => this.#add(socket));
    connections.closed$.subscribe(({ socket }) => this.#remove(socket));
  }

  /** Stops the timer. */
  onModuleDestroy(): void {
    clearInterval(this.#timer);
    this.#timer = undefined;
  }

  #add(socket: BounceSocket): void {
    socket.heartbeatSlot = this.#nextSlot++ % this.#slots.length;
    this.#slotAt(socket.heartbeatSlot).add(socket);
    if (this.#timer !== undefined) return;
    this.#lastTickAtMs = performance.now();
    // unref: a server with connections is kept alive by them.
    this.#timer = setInterval(() => this.#beat(), this.#tickMs).unref();
  }

  #remove(socket: BounceSocket): void {
    this.#slotAt(socket.heartbeatSlot).delete(socket);
    if (this.connections.size === 0) this.onModuleDestroy();
  }

  #beat(): void {
    const now = performance.now();
    this.#tick++;
    // When this tick is late, this process was busy and the answers may lie unread in its own buffers: no verdict.
    if (now - this.#lastTickAtMs > this.#tickMs * 2) this.#lastLateTick = this.#tick;
    this.#lastTickAtMs = now;
    this.#judge(this.#tick - this.#ticksToAnswer);
    for (const socket of this.#slotAt(this.#tick)) {
      socket.awaitingPong = true;
      socket.raw.ping();
    }
  }

  #judge(pingedAtTick: number): void {
    if (pingedAtTick <= 0 || pingedAtTick < this.#lastLateTick) return;
    for (const socket of this.#slotAt(pingedAtTick)) {
      // Neither a late tick nor a connection this side does not read from proves anything. The flag stays on; the next
      // ping of the slot asks again.
      if (socket.awaitingPong && !socket.raw.isPaused) {
        socket.close(CloseCode.Timeout, 'heartbeat timeout');
      }
    }
  }

  #slotAt(tick: number): Set<BounceSocket> {
    return this.#slots[tick % this.#slots.length]!;
  }
}
