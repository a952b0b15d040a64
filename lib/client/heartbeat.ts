/** The times of a {@link Heartbeat}, in milliseconds. */
export interface HeartbeatTimes {
  readonly intervalMs: number;
  readonly timeoutMs: number;
}

/** What a {@link Heartbeat} asks for. */
export interface HeartbeatEvents {
  /** Send something that the server answers. */
  ping(): void;
  /** Nothing came back: the server, or the way to it, is gone. */
  dead(): void;
}

// A timer that is this late was held up together with everything else (a long task, a sleeping computer): the answer
// may be waiting behind it, so the silence proves nothing.
const LATE_MS = 1_000;

/**
 * Notices a dead server. A page cannot send ping frames and never sees those of the server, so after a silence it
 * asks with a message. One timer, which no message that arrives has to touch.
 */
export class Heartbeat {
  #timer: ReturnType<typeof setTimeout> | undefined;
  #lastSeenAt = 0;
  #asking = false;

  constructor(
    private readonly times: HeartbeatTimes,
    private readonly events: HeartbeatEvents,
  ) {}

  /** Starts to watch a connection that has just opened. */
  start(): void {
    this.#lastSeenAt = performance.now();
    this.#watch(this.times.intervalMs);
  }

  stop(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#asking = false;
  }

  /** Tells that something arrived. */
  seen(): void {
    this.#lastSeenAt = performance.now();
    if (!this.#asking) return;
    this.#asking = false;
    this.#watch(this.times.intervalMs);
  }

  /** Asks now instead of after the silence: the network changed, or the page was asleep. */
  probe(): void {
    if (this.#timer !== undefined && !this.#asking) this.#ask(true);
  }

  #watch(delayMs: number): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#check(), delayMs);
  }

  #check(): void {
    const restMs = this.#lastSeenAt + this.times.intervalMs - performance.now();
    if (restMs > 0) this.#watch(restMs);
    else this.#ask(true);
  }

  #ask(mayBeLate: boolean): void {
    this.#asking = true;
    this.events.ping();
    clearTimeout(this.#timer);
    const dueAt = performance.now() + this.times.timeoutMs;
    this.#timer = setTimeout(() => this.#judge(dueAt, mayBeLate), this.times.timeoutMs);
  }

  #judge(dueAt: number, mayBeLate: boolean): void {
    if (mayBeLate && performance.now() - dueAt > LATE_MS) {
      this.#ask(false);
    } else {
      this.stop();
      this.events.dead();
    }
  }
}
