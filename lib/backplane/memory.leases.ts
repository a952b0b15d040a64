import { Observable } from 'rxjs';
import type { Leases } from './leases.interface.js';
import type { MemoryBus } from './memory-bus.js';

/** Leases between the nodes on a {@link MemoryBus}, in the order in which they asked; alone, every one is held. */
export class MemoryLeases implements Leases {
  constructor(private readonly bus: MemoryBus | undefined) {}

  hold(name: string): Observable<boolean> {
    return new Observable((subscriber) => {
      let isHeld = false;
      const take = (): void => {
        isHeld = true;
        subscriber.next(true);
      };
      if (this.bus === undefined) {
        take();
        return undefined;
      }
      const release = this.bus.queueForLease(name, take);
      if (!isHeld) subscriber.next(false);
      return release;
    });
  }
}
