import type { Session } from './session.js';

/**
 * Reads from connections that send more than they may only once in a turn of the event loop. Node takes up to 32 chunks
 * of 64 KiB from a socket before it looks at the next one, which is time that everybody else waits.
 */
export class FloodBrake {
  readonly #held: Session[] = [];

  constructor(private readonly maxPendingMessages: number) {}

  /** Reads no more from a connection in this turn. */
  hold(session: Session): void {
    const { raw } = session.socket;
    // Whoever paused it already also resumes it.
    if (raw.isPaused) return;
    raw.pause();
    if (this.#held.push(session) === 1) setImmediate(this.#release);
  }

  readonly #release = (): void => {
    for (const session of this.#held.splice(0)) {
      if (session.backlog < this.maxPendingMessages) session.socket.raw.resume();
    }
  };
}
