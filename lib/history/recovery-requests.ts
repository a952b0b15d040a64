import type { BounceSocket } from '../connection/index.js';
import type { HistoryPosition } from './history-store.interface.js';
import { RecoveryBudget } from './recovery-budget.js';

/** What a client said in its `hello`. */
export interface Hello {
  /** The id of its connection before. */
  readonly formerId: string | undefined;
  /** Most messages of a room. */
  readonly limit: number;
  /** Where it stands in each room. */
  readonly positions: Map<string, HistoryPosition>;
}

/** What is to be recovered in one room. */
export interface RecoveryRequest {
  readonly since: HistoryPosition;
  readonly limit: number;
  readonly formerId: string | undefined;
  readonly budget: RecoveryBudget;
}

/** Remembers what each connection wants to recover, until it is let into the rooms. */
export class RecoveryRequests {
  readonly #hellos = new WeakMap<BounceSocket<object>, Hello & { budget: RecoveryBudget }>();

  constructor(private readonly budgetBytes: number) {}

  /** Notes a `hello`. @returns whether it is the first one of its connection */
  add(socket: BounceSocket<object>, hello: Hello): boolean {
    if (this.#hellos.has(socket)) return false;
    this.#hellos.set(socket, { ...hello, budget: new RecoveryBudget(this.budgetBytes) });
    return true;
  }

  /** What a socket wants to recover in a room. Whoever takes it tells the socket. */
  take(socket: BounceSocket<object>, room: string): RecoveryRequest | undefined {
    const hello = this.#hellos.get(socket);
    const since = hello?.positions.get(room);
    if (hello === undefined || since === undefined) return undefined;
    hello.positions.delete(room);
    const { limit, formerId, budget } = hello;
    return { since, limit, formerId, budget };
  }

  /** The socket left before it was told: it is when it comes again. */
  putBack(socket: BounceSocket<object>, room: string, { since }: RecoveryRequest): void {
    this.#hellos.get(socket)?.positions.set(room, since);
  }
}
