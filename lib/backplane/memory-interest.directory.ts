import { type Observable, Subject } from 'rxjs';
import type { InterestDirectory } from './interest-directory.interface.js';
import type { MemoryBus } from './memory-bus.js';

const DONE = Promise.resolve();

/** Looks at what the other nodes on a {@link MemoryBus} want; alone, nobody wants anything. */
export class MemoryInterestDirectory implements InterestDirectory {
  readonly #events = new Set<string>();
  readonly #changed = new Subject<string>();
  readonly changed$: Observable<string> = this.#changed.asObservable();

  constructor(
    private readonly nodeId: string,
    private readonly bus: MemoryBus | undefined,
  ) {}

  /** What this node wants. @internal */
  get events(): ReadonlySet<string> {
    return this.#events;
  }

  announce(event: string, isWanted: boolean): Promise<void> {
    if (isWanted) this.#events.add(event);
    else this.#events.delete(event);
    this.bus?.interestChanged(this.nodeId, event);
    return DONE;
  }

  isWanted(event: string): boolean {
    return (this.bus?.others(this.nodeId) ?? []).some(({ wantedEvents }) =>
      wantedEvents.has(event),
    );
  }

  /** @internal */
  changedElsewhere(event: string): void {
    this.#changed.next(event);
  }
}
