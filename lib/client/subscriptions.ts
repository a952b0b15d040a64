import { BounceWsError } from '../protocol/bounce-ws.error.js';
import { Deferred } from './deferred.js';
import type { ServerPort } from './server-port.interface.js';
import { WantedEvents, type SubscriptionStep } from './wanted-events.js';

/** A call that has not been answered yet. */
interface Waiter {
  readonly step: SubscriptionStep;
  readonly answer: Deferred<readonly string[]>;
}

/** Keeps the server's list of subscriptions equal to what the application wants, through every reconnect. */
export class Subscriptions {
  readonly #wanted = new WantedEvents();
  readonly #waiting: Waiter[] = [];

  constructor(private readonly port: ServerPort) {}

  /** @returns The events that the server now sends, once it has said so; rejects when it refuses */
  subscribe(events: readonly string[]): Promise<readonly string[]> {
    const added = this.#wanted.add(events);
    return this.#tell({ event: 'subscribe', events }, () => this.#wanted.forget(added));
  }

  /** @returns The events that the server still sends, once it has said so */
  unsubscribe(events: readonly string[]): Promise<readonly string[]> {
    this.#wanted.remove(events);
    return this.#tell({ event: 'unsubscribe', events });
  }

  /** Tells a new connection everything. To be called before anything else is sent on it. */
  async replay(): Promise<void> {
    const waiting = this.#waiting.splice(0);
    const refused = new Map<string, unknown>();
    try {
      const list = await this.#sendAll(refused);
      for (const { step, answer } of waiting) {
        const name = step.event === 'subscribe' && step.events.find((event) => refused.has(event));
        if (name === false || name === undefined) answer.resolve(list);
        else answer.reject(refused.get(name));
      }
    } catch (error) {
      if (this.port.connection.isOpen) this.port.errors.report(error);
      for (const waiter of waiting) this.#failed(waiter, error);
    }
  }

  /** No connection will follow: rejects everybody who waits for one. */
  abandon(error: unknown): void {
    for (const { answer } of this.#waiting.splice(0)) answer.reject(error);
  }

  #tell(step: SubscriptionStep, onRefused?: () => void): Promise<readonly string[]> {
    const waiter = { step, answer: new Deferred<readonly string[]>() };
    if (this.port.connection.isOpen) void this.#ask(waiter, onRefused);
    else this.#waiting.push(waiter);
    return waiter.answer.promise;
  }

  async #ask(waiter: Waiter, onRefused?: () => void): Promise<void> {
    try {
      waiter.answer.resolve(listIn(await this.#request(waiter.step)));
    } catch (error) {
      if (this.port.connection.isOpen) {
        // No answer is no refusal: a slow server may have done it, and the next one is asked again.
        if (codeOf(error) !== 'timeout') onRefused?.();
        this.port.errors.report(error);
      }
      this.#failed(waiter, error);
    }
  }

  /** Where the connection went with the answer, the next one gives it. */
  #failed(waiter: Waiter, error: unknown): void {
    const { isOpen, state } = this.port.connection;
    if (isOpen || state === 'closed') waiter.answer.reject(error);
    else this.#waiting.push(waiter);
  }

  #request({ event, events }: SubscriptionStep): Promise<unknown> {
    return this.port.request(event, { events });
  }

  async #sendAll(refused: Map<string, unknown>): Promise<readonly string[]> {
    const requests = this.#wanted.steps().map((step) => this.#request(step));
    const answers = await Promise.allSettled(requests);
    const errors = answers.flatMap((answer) =>
      answer.status === 'rejected' ? [answer.reason as unknown] : [],
    );
    if (errors.length === 0) return listIn(await requests.at(-1));
    // A subscribe is refused whole: one event that the server no longer has would take all others down.
    for (const error of errors) {
      for (const name of unknownEvents(error)) refused.set(name, error);
    }
    if (!this.port.connection.isOpen || !this.#wanted.forget([...refused.keys()])) throw errors[0];
    this.port.errors.report(errors[0]);
    return this.#sendAll(refused);
  }
}

function listIn(data: unknown): readonly string[] {
  return (data as { events?: readonly string[] } | null | undefined)?.events ?? [];
}

function unknownEvents(error: unknown): readonly string[] {
  return codeOf(error) === 'unknown_event' ? listIn((error as BounceWsError).details) : [];
}

function codeOf(error: unknown): string | undefined {
  return error instanceof BounceWsError ? error.code : undefined;
}
