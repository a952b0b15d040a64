import { Inject, Injectable } from '@nestjs/common';
import { distinctUntilChanged, filter, map, merge, type Observable, startWith } from 'rxjs';
import type { Backplane, InterestDirectory, Leases } from '../backplane/index.js';
import { BACKPLANE, INTEREST_DIRECTORY, LEASES } from '../common/index.js';
import type { SenderReach } from './sender-outlet.interface.js';
import { SubscriptionRegistry } from './subscription.registry.js';

const DONE = Promise.resolve();

/** Subscriptions as a cluster sees them: tells the others what is wanted here, and knows what is wanted there. */
@Injectable()
export class ClusterSubscriptions {
  readonly #announced = new Set<string>();
  #settled: Promise<unknown> = DONE;

  constructor(
    private readonly subscriptions: SubscriptionRegistry,
    @Inject(BACKPLANE) private readonly backplane: Backplane,
    @Inject(INTEREST_DIRECTORY) private readonly interests: InterestDirectory,
    @Inject(LEASES) private readonly leases: Leases,
  ) {
    if (!backplane.isAlone) subscriptions.changed$.subscribe((event) => this.#announce(event));
  }

  /** Whether there are other nodes at all. */
  get isAlone(): boolean {
    return this.backplane.isAlone;
  }

  /** Fulfilled when what others send reaches everybody who has subscribed by now. Never rejects. */
  async settled(): Promise<void> {
    await this.#settled;
  }

  /** Whether an event has subscribers. */
  isWanted(event: string, reach: SenderReach): boolean {
    const isWantedHere = this.subscriptions.subscribers(event).size > 0;
    return isWantedHere || (reach === 'cluster' && this.interests.isWanted(event));
  }

  /** Whether an event has subscribers: now, and each time that changes. */
  wanted$(event: string, reach: SenderReach): Observable<boolean> {
    const { changed$ } = this.subscriptions;
    return (reach === 'node' ? changed$ : merge(changed$, this.interests.changed$)).pipe(
      filter((changed) => changed === event),
      startWith(event),
      map(() => this.isWanted(event, reach)),
      distinctUntilChanged(),
    );
  }

  /** Whether it is this node's turn to send an event: now, and each time that changes. */
  turn$(event: string): Observable<boolean> {
    return this.leases.hold(`sender:${event}`);
  }

  #announce(event: string): void {
    const isWanted = this.isWanted(event, 'node');
    if (isWanted === this.#announced.has(event)) return;
    if (isWanted) {
      this.#announced.add(event);
      this.#wait(this.backplane.subscribe(`event:${event}`));
    } else {
      this.#announced.delete(event);
      this.backplane.unsubscribe(`event:${event}`);
    }
    this.#wait(this.interests.announce(event, isWanted));
  }

  #wait(announced: Promise<void>): void {
    this.#settled = Promise.all([this.#settled, announced]);
  }
}
