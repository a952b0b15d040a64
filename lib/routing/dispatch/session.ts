import type { BounceSocket, RateLimit } from '../../connection/index.js';
import { ExcessGuard, type RateVerdict } from './excess-guard.js';
import type { EndpointRoutes } from './endpoint-routes.js';
import type { MessageContext } from './message-context.js';
import type { Route } from './route.interface.js';
import { StaleGuard } from './stale-guard.js';
import { StrikeCounter } from './strike-counter.js';

/** A message whose turn has not come. */
export interface PendingMessage {
  readonly route: Route;
  readonly context: MessageContext;
}

/** What the dispatcher keeps of one connection. Parts are made when they are first needed: most connections are idle. */
export class Session {
  /** How many of the messages that may be handled at once are. */
  running = 0;
  /** Whether nothing is handled before the user is known. */
  awaitsUser = false;

  #pending: PendingMessage[] | undefined;
  #excess: ExcessGuard | undefined;
  #stale: StaleGuard | undefined;
  #strikes: StrikeCounter | undefined;
  #deadlines: Set<NodeJS.Timeout> | undefined;

  constructor(
    readonly socket: BounceSocket,
    readonly routes: EndpointRoutes,
    private readonly rateLimit: RateLimit | false,
  ) {}

  /** Whether a message is at work or waits. */
  get isBusy(): boolean {
    return this.running > 0 || this.backlog > 0;
  }

  /** How many messages wait. */
  get backlog(): number {
    return this.#pending?.length ?? 0;
  }

  /** Holds a message that arrived now to the rate limit. */
  judgeRate(): RateVerdict {
    if (this.rateLimit === false) return 'allowed';
    return (this.#excess ??= new ExcessGuard(this.rateLimit)).judge();
  }

  /** Whether a newer message of the same event has overtaken this one. */
  isStale(route: Route, event: string, timestampMicros: number | undefined): boolean {
    if (timestampMicros === undefined || !route.dropsStale) return false;
    return (this.#stale ??= new StaleGuard()).isStale(event, timestampMicros);
  }

  /** Notes a bad message. @returns whether there were too many */
  strike(): boolean {
    return (this.#strikes ??= new StrikeCounter()).strike(Date.now());
  }

  /** Puts a message in line. */
  enqueue(pending: PendingMessage): void {
    (this.#pending ??= []).push(pending);
  }

  /** Takes the next message in line. */
  dequeue(): PendingMessage | undefined {
    return this.#pending?.shift();
  }

  /** Keeps the timer of a handler that is at work. */
  startDeadline(timer: NodeJS.Timeout): void {
    (this.#deadlines ??= new Set()).add(timer);
  }

  /** The handler is done. */
  endDeadline(timer: NodeJS.Timeout): void {
    clearTimeout(timer);
    this.#deadlines?.delete(timer);
  }

  /** The connection is gone: what waits is not handled any more, and nobody waits for what is at work. */
  end(): void {
    this.#pending = undefined;
    for (const timer of this.#deadlines ?? []) clearTimeout(timer);
    this.#deadlines = undefined;
  }
}
