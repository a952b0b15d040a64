import { Logger } from '@nestjs/common';

const QUIET_MS = 60_000;

/** Logs a problem when it appears and then at most once a minute, saying how often it came meanwhile. */
export class ProblemLog {
  readonly #logger = new Logger('BounceWs');
  readonly #seen = new Map<string, { readonly loggedAt: number; silent: number }>();
  #isClosed = false;

  /** @param kind - of which there are few: it is what is told apart */
  report(kind: string, error?: unknown): void {
    if (this.#isClosed) return;
    const seen = this.#seen.get(kind);
    const now = performance.now();
    if (seen !== undefined && now - seen.loggedAt < QUIET_MS) {
      seen.silent++;
      return;
    }
    const before = seen?.silent ?? 0;
    this.#seen.set(kind, { loggedAt: now, silent: 0 });
    const times = before === 0 ? '' : ` (and ${before} times before)`;
    // Only the message: the stack of a socket error says nothing, and there are many of them.
    const reason = error === undefined ? '' : `: ${messageOf(error)}`;
    this.#logger.warn(`Redis: ${kind}${reason}${times}`);
  }

  /** Says that it is over; the same problem is logged at once when it comes back. */
  resolved(kind: string, message: string): void {
    if (this.#seen.delete(kind)) this.#logger.log(`Redis: ${message}`);
  }

  /** Logs nothing from now on: the connections are about to be closed, and that is no problem. */
  close(): void {
    this.#isClosed = true;
  }
}

function messageOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  // Node wraps what happened at each address of a name, with an empty message of its own.
  const [first] = error instanceof AggregateError ? (error.errors as unknown[]) : [];
  return error.message === '' && first !== undefined ? messageOf(first) : error.message;
}
