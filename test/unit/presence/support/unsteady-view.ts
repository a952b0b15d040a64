import { setImmediate as turn } from 'node:timers/promises';
import type { PresenceEvent, PresenceStore } from 'bounce-ws';
import { type Observable, Subject } from 'rxjs';
import { filter } from 'rxjs/operators';

/** What becomes of a call. */
export type Fate =
  | 'done'
  | 'refused'
  | 'done, but the answer is lost'
  /** The node gets a lease that has ended already, as when it is stopped for longer. */
  | 'done, but the lease is over';

/** How a call goes: so many turns on its way, and so many on the way back. */
export interface Course {
  readonly fate: Fate;
  readonly there: number;
  readonly back: number;
}

const SMOOTH: Course = { fate: 'done', there: 0, back: 0 };
const LONG_LEASE_MS = 60_000;

/** A real store as one node sees it that cannot always reach it: calls fail before or after their effect, events get lost. */
export class UnsteadyView implements PresenceStore {
  readonly #returned = new Subject<void>();
  readonly events$: Observable<PresenceEvent>;
  readonly returned$: Observable<void> = this.#returned.asObservable();
  /** How the calls go, one after another; when there are no more, nothing goes wrong. Views may share them. */
  courses: Course[] = [];
  /** How often it said who is online. */
  lists = 0;
  /** Hears no events. */
  isDeaf = false;
  /** Whether this node may have been told less than happened. */
  wasDisturbed = false;

  readonly update: PresenceStore['update'] = (node, update) =>
    this.#call((leaseMs) => this.inner.update(node, { ...update, leaseMs }));
  readonly renew: PresenceStore['renew'] = (node, version, _leaseMs, ttlMs) =>
    this.#call((leaseMs) => this.inner.renew(node, version, leaseMs, ttlMs));
  readonly reap: PresenceStore['reap'] = (node) => this.inner.reap(node);
  readonly retire: PresenceStore['retire'] = (...args) => this.inner.retire(...args);
  readonly heldBy: PresenceStore['heldBy'] = (node) => this.inner.heldBy(node);
  readonly areOnline: PresenceStore['areOnline'] = (users) => this.inner.areOnline(users);
  readonly count: PresenceStore['count'] = () => this.inner.count();
  readonly list: PresenceStore['list'] = (...args) => this.#list(() => this.inner.list(...args));
  readonly lastSeen: PresenceStore['lastSeen'] = (user) => this.inner.lastSeen(user);
  readonly room: PresenceStore['room'] = (room) => this.inner.room(room);

  constructor(private readonly inner: PresenceStore) {
    this.events$ = inner.events$.pipe(filter(() => !this.isDeaf));
  }

  /** Tells the node that the store can be reached again. */
  comeBack(): void {
    this.wasDisturbed = true;
    this.#returned.next();
  }

  async #call<T>(call: (leaseMs: number) => Promise<T>): Promise<T> {
    const { fate, there, back } = this.courses.shift() ?? SMOOTH;
    await turns(there);
    if (fate !== 'refused') {
      const answer = await call(fate === 'done, but the lease is over' ? -1 : LONG_LEASE_MS);
      await turns(back);
      if (fate !== 'done, but the answer is lost') return answer;
    }
    setImmediate(() => this.comeBack());
    throw new Error('The store cannot be reached');
  }

  async #list<T>(list: () => Promise<T>): Promise<T> {
    const { there, back } = this.courses[0] ?? SMOOTH;
    await turns(there);
    const answer = await list();
    await turns(back);
    this.lists++;
    return answer;
  }
}

async function turns(count: number): Promise<void> {
  for (let left = count; left > 0; left--) await turn();
}
