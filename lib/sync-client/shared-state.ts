import { ReadyState } from './ready-state.constants.js';
import { SpinningWait } from './spinning-wait.js';

const SEQUENCE = 0;
const READY_STATE = 1;
const UNREAD = 2;
const UNSENT = 3;
const IS_PAUSED = 4;
const IS_SENDER_WAITING = 5;
const CELLS = 6;

/**
 * What both threads see of one connection at any time, in shared memory: the network thread's messages reach the
 * calling thread only when that asks for them, but a loop on `readyState` asks for nothing.
 */
export class SharedState {
  readonly #cells: Int32Array;
  readonly #wait = new SpinningWait();

  constructor(readonly memory = new SharedArrayBuffer(CELLS * Int32Array.BYTES_PER_ELEMENT)) {
    this.#cells = new Int32Array(memory);
  }

  get readyState(): ReadyState {
    return Atomics.load(this.#cells, READY_STATE) as ReadyState;
  }

  set readyState(state: ReadyState) {
    Atomics.store(this.#cells, READY_STATE, state);
  }

  /** From open to closing, unless the other thread has just seen the end. @returns Whether it was open */
  startClosing(): boolean {
    const { Open, Closing } = ReadyState;
    return Atomics.compareExchange(this.#cells, READY_STATE, Open, Closing) === Open;
  }

  /** Changes with every {@link announce}. To be read before looking for what {@link waitForChange} may then wait for. */
  get sequence(): number {
    return Atomics.load(this.#cells, SEQUENCE);
  }

  /** Wakes the calling thread up: there is something to look at. */
  announce(): void {
    Atomics.add(this.#cells, SEQUENCE, 1);
    Atomics.notify(this.#cells, SEQUENCE);
  }

  /** Blocks until the sequence is no longer the one seen, for at most that long. */
  waitForChange(seen: number, timeoutMs: number): void {
    this.#wait.wait(this.#cells, SEQUENCE, seen, timeoutMs);
  }

  /** What has arrived and was not handed out, in bytes. */
  get unread(): number {
    return Atomics.load(this.#cells, UNREAD);
  }

  /** @returns The new value */
  addUnread(bytes: number): number {
    return Atomics.add(this.#cells, UNREAD, bytes) + bytes;
  }

  /** What was sent and has not left the process, in bytes. */
  get unsent(): number {
    return Atomics.load(this.#cells, UNSENT);
  }

  addUnsent(bytes: number): void {
    Atomics.add(this.#cells, UNSENT, bytes);
  }

  /** A frame has left the process. Wakes nobody who waits for something else: that would cost each message two switches. */
  removeUnsent(bytes: number): void {
    Atomics.sub(this.#cells, UNSENT, bytes);
    if (Atomics.load(this.#cells, IS_SENDER_WAITING) === 1) this.announce();
  }

  /**
   * Blocks until no more than that is unsent, or the connection is no longer open.
   *
   * @param stallMs how long to wait without any progress while the network thread has stopped reading
   * @param giveUpAt a time of `performance.now()` after which there is no waiting any more
   * @returns Whether it came to that: a server may itself be waiting to be read, and then this would never end
   */
  waitUntilSent(maxBytes: number, stallMs: number, giveUpAt = Infinity): boolean {
    if (this.unsent <= maxBytes) return true;
    Atomics.store(this.#cells, IS_SENDER_WAITING, 1);
    try {
      let latest = this.unsent;
      for (let deadline = performance.now() + stallMs; ;) {
        const seen = this.sequence;
        const { unsent, isPaused } = this;
        if (unsent <= maxBytes || this.readyState !== ReadyState.Open) return true;
        const now = performance.now();
        if (!isPaused || unsent !== latest) deadline = now + stallMs;
        const end = Math.min(isPaused ? deadline : Infinity, giveUpAt);
        if (end <= now) return false;
        latest = unsent;
        this.waitForChange(seen, end - now);
      }
    } finally {
      Atomics.store(this.#cells, IS_SENDER_WAITING, 0);
    }
  }

  /** Whether the network thread has stopped reading. */
  get isPaused(): boolean {
    return Atomics.load(this.#cells, IS_PAUSED) === 1;
  }

  pause(): void {
    Atomics.store(this.#cells, IS_PAUSED, 1);
  }

  /** @returns Whether it was paused, and the caller is the one to make the network thread read again */
  endPause(): boolean {
    return Atomics.exchange(this.#cells, IS_PAUSED, 0) === 1;
  }
}
