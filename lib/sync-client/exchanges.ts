import { Queue } from './queue.js';
import type { EventMessage } from './received-message.js';

/** A request and what has come back for it. */
export interface Exchange {
  readonly id: number;
  /** Whether it takes everything up to the ack, and not just that. */
  readonly isStream: boolean;
  readonly messages: Queue<EventMessage>;
  /** Whether its last answer has come. */
  isDone: boolean;
}

/** So many requests that were given up are remembered, in case that their answers come late. */
const MOST_GIVEN_UP = 1_000;

const LAST_ANSWERS: ReadonlySet<string> = new Set(['ack', 'error', 'pong']);

/** Finds the request that an answer belongs to. Ids are integers from 1 up, never used twice. */
export class Exchanges {
  readonly #open = new Map<number, Exchange>();
  readonly #givenUp = new Set<number>();
  #lastId = 0;

  begin(isStream: boolean): Exchange {
    const exchange = {
      id: ++this.#lastId,
      isStream,
      messages: new Queue<EventMessage>(),
      isDone: false,
    };
    this.#open.set(exchange.id, exchange);
    return exchange;
  }

  /** Nobody waits any more. What still comes for it is for nobody. */
  end({ id, isDone }: Exchange): void {
    this.#open.delete(id);
    if (isDone) return;
    this.#givenUp.add(id);
    const [oldest] = this.#givenUp;
    if (this.#givenUp.size > MOST_GIVEN_UP && oldest !== undefined) this.#givenUp.delete(oldest);
  }

  /** The request that a message answers: a late one if it was given up, `undefined` if it is none of ours. */
  find({ id, event }: EventMessage): Exchange | 'late' | undefined {
    if (typeof id !== 'number') return undefined;
    const exchange = this.#open.get(id);
    const isLast = LAST_ANSWERS.has(event);
    if (exchange !== undefined) {
      exchange.isDone ||= isLast;
      return isLast || exchange.isStream ? exchange : undefined;
    }
    if (!this.#givenUp.has(id)) return undefined;
    if (isLast) this.#givenUp.delete(id);
    return 'late';
  }
}

/** Whether an event is an answer, and never a request. */
export function isLastAnswer(event: string): boolean {
  return LAST_ANSWERS.has(event);
}
