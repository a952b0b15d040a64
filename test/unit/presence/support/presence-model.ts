import { setImmediate as turn, setTimeout as delay } from 'node:timers/promises';
import { ANYWHERE, DEFAULTS, type PresenceStore } from 'bounce-ws';
import { expect } from 'vitest';
import { OnlineRoster } from '../../../../lib/presence/online-roster.js';
import { PresenceAnnouncer } from '../../../../lib/presence/presence.announcer.js';
import { PresenceFeed } from '../../../../lib/presence/presence.feed.js';
import { NODES, ROOMS, type Schedule, type Step, USERS } from './presence-schedule.js';
import { UnsteadyView } from './unsteady-view.js';

/** Leases are renewed twice in that time; how long they hold is a matter of the view. */
const LEASE_MS = 20;
const SETTLE_MS = 60;
/** Before that is over: when a node is not back by then, because this process stood still, its users may be taken for gone. */
const BACK_MS = SETTLE_MS - 10;
const NOTICE_MS = 4;
const PATIENCE_MS = 4_000;
const settings = { ...DEFAULTS.presence, graceMs: 1, leaseMs: LEASE_MS };

/** Somebody came or went: `+ann`, `-ann`. */
type Change = string;

/** One node: what it says of its users, and what it tells of all. */
class ModelNode {
  readonly announcer: PresenceAnnouncer;
  readonly told: Change[] = [];
  /** The epochs of the store in which it announced its users. */
  readonly epochs = new Set<string>();
  isStopped = false;
  readonly #feed: PresenceFeed;
  readonly #roster: OnlineRoster;

  constructor(
    readonly id: string,
    readonly view: UnsteadyView,
    meet: (epoch: string) => void,
  ) {
    this.announcer = new PresenceAnnouncer(view, id, settings);
    this.#feed = new PresenceFeed(view, SETTLE_MS);
    this.#roster = new OnlineRoster(view, this.#feed);
    for (const done$ of [this.announcer.restored$, this.announcer.renewed$]) {
      done$.subscribe((position) => {
        this.epochs.add(position.epoch);
        meet(position.epoch);
        this.#feed.check(position);
        this.#roster.retry();
      });
    }
    this.#roster.changes$.subscribe(({ userId, online }) => {
      this.told.push(`${online ? '+' : '-'}${userId}`);
    });
    this.announcer.start();
  }

  /** Says goodbye; somebody else takes away what it leaves. */
  async stop(store: PresenceStore): Promise<void> {
    this.isStopped = true;
    await this.announcer.stop(PATIENCE_MS);
    this.#feed.stop();
    this.#roster.stop();
    while (await store.reap(this.id));
  }
}

/** Real nodes on a real store, and beside them what should be so. */
export class PresenceModel {
  readonly #nodes = new Map<string, ModelNode>();
  readonly #present = new Set<string>();
  /** What the store told of users. */
  readonly #log: Change[] = [];
  /** Users who came to a node, each time: another node may announce that later than they leave the first one. */
  readonly #arrivals: string[] = [];
  /** More than one when the store forgot everything: when it was told to, or because it had lost all nodes. */
  readonly #epochs = new Set<string>();
  /** Those that a node knows of, whether or not anything happened in them. */
  readonly #known = new Set<string>();
  readonly #noticed: Promise<void>[] = [];
  readonly #deadlines: NodeJS.Timeout[] = [];
  #forgotten = 0;
  #hasLostNodes = false;
  #isLate = false;
  #isOver = false;

  constructor(
    private readonly store: PresenceStore,
    private readonly schedule: Schedule,
    private readonly forget: () => Promise<unknown> = async () => undefined,
  ) {
    store.events$.subscribe(({ epoch, joins, leaves }) => {
      this.#epochs.add(epoch);
      this.#meet(epoch);
      for (const { room, userId } of joins) if (room === ANYWHERE) this.#log.push(`+${userId}`);
      for (const { room, userId } of leaves) if (room === ANYWHERE) this.#log.push(`-${userId}`);
    });
    this.#hasLostNodes = schedule.courses.some(
      ({ fate }) => fate === 'done, but the lease is over',
    );
    for (const id of NODES) {
      const meet = (epoch: string): void => this.#meet(epoch);
      this.#nodes.set(id, new ModelNode(id, new UnsteadyView(store), meet));
    }
  }

  /** Whether the store forgot everything, and still nobody may be told to be there more often than they came. */
  get isPutToTheTest(): boolean {
    return this.#known.size > 1 && this.#isHeldToArrivals;
  }

  get #isHeldToArrivals(): boolean {
    return !this.#hasLostNodes && !this.#isLate;
  }

  /** Lets everything happen, and compares. */
  async play(): Promise<void> {
    try {
      // Until they know who is there already, which is nobody: they ask when somebody listens, and when they have begun.
      for (const { view } of this.#living()) while (view.lists < 2) await turn();
      const courses = [...this.schedule.courses];
      for (const { view } of this.#living()) view.courses = courses;
      for (const step of this.schedule.steps) await this.#run(step);
      await Promise.all(this.#noticed);
      for (const { view } of this.#living()) view.isDeaf = false;
      await this.#settles();
      this.#checkTold();
    } finally {
      this.#isOver = true;
      for (const deadline of this.#deadlines) clearTimeout(deadline);
      for (const node of this.#living()) await node.stop(this.store);
    }
    for (const room of ROOMS) expect((await this.store.room(room)).members).toEqual([]);
  }

  async #run({ action, node: id, user, room }: Step): Promise<void> {
    const node = this.#nodes.get(id)!;
    if (action === 'rest') await turn();
    else if (action === 'forget everything') await this.#forget();
    else if (!node.isStopped) await this.#happen(action, node, user, room);
  }

  async #happen(
    action: Step['action'],
    node: ModelNode,
    user: string,
    room: string,
  ): Promise<void> {
    const { view, announcer } = node;
    const key = `${room}/${user}/${node.id}`;
    if (action === 'enter') {
      if (room === ANYWHERE && !this.#present.has(key)) this.#arrivals.push(user);
      this.#present.add(key);
      announcer.book.enter(room, user, '1');
    } else if (action === 'exit' || action === 'close') {
      this.#present.delete(key);
      announcer.book.exit(room, user, action === 'close');
    } else if (action === 'renew') view.comeBack();
    else if (action === 'go deaf') view.isDeaf = view.wasDisturbed = true;
    else if (action === 'hear again') view.isDeaf = false;
    else if (action === 'lose the node') await this.#lose(node.id);
    else if (action === 'stop') {
      for (const other of [...this.#present]) {
        if (other.endsWith(`/${node.id}`)) this.#present.delete(other);
      }
      this.#hasLostNodes = true;
      await node.stop(this.store);
    }
  }

  /** Gives a node up although it lives, as when it was cut off for too long. */
  async #lose(node: string): Promise<void> {
    this.#hasLostNodes = true;
    await this.store.retire(node, 0);
    while (await this.store.reap(node));
  }

  /**
   * An epoch begins: from now on, or from later on, the nodes that know of it wait until all are back. A timer that starts
   * with theirs or before, and ends before, sees whether they are, also when the process stands still in between.
   */
  #meet(epoch: string): void {
    if (this.#isOver || this.#known.has(epoch)) return;
    this.#known.add(epoch);
    if (this.#known.size === 1) return;
    const forgotten = this.#forgotten;
    const deadline = setTimeout(() => {
      // Nobody believes what a store said before it forgot everything once more.
      if (forgotten !== this.#forgotten) return;
      if (!this.#living().every(({ epochs }) => epochs.has(epoch))) this.#isLate = true;
    }, BACK_MS);
    this.#deadlines.push(deadline);
  }

  async #forget(): Promise<void> {
    this.#forgotten++;
    await this.forget();
    // The nodes notice one after another.
    for (const [index, { view }] of this.#living().entries()) {
      this.#noticed.push(delay(index * NOTICE_MS).then(() => view.comeBack()));
    }
  }

  #living(): ModelNode[] {
    return [...this.#nodes.values()].filter(({ isStopped }) => !isStopped);
  }

  #isPresent(room: string, user: string): boolean {
    return NODES.some((node) => this.#present.has(`${room}/${user}/${node}`));
  }

  #expected(room: string): string[] {
    return USERS.filter((user) => this.#isPresent(room, user)).toSorted();
  }

  /** Waits until the store, and what every node told, is as it should be. */
  async #settles(): Promise<void> {
    const deadline = performance.now() + PATIENCE_MS;
    const expected = ROOMS.map((room) => this.#expected(room));
    for (;;) {
      const state = await Promise.all(
        ROOMS.map(async (room) => {
          const { members } = await this.store.room(room);
          return members.map(({ userId }) => userId).toSorted();
        }),
      );
      const told = this.#living().map((node) => onlineBy(node.told));
      const isSettled =
        JSON.stringify(state) === JSON.stringify(expected) &&
        told.every((users) => users.join() === expected[0]!.join());
      if (isSettled) return;
      if (performance.now() > deadline) {
        expect({ state, told }).toEqual({ state: expected, told: told.map(() => expected[0]) });
      }
      await delay(1);
    }
  }

  #checkTold(): void {
    const isSteady = this.#epochs.size < 2;
    for (const user of USERS) {
      const log = this.#log.filter((change) => change.slice(1) === user);
      const arrivals = this.#arrivals.filter((other) => other === user).length;
      // A store that forgot tells some things twice; the nodes do not.
      if (isSteady) expectTurns(log);
      for (const { told, view, isStopped } of this.#nodes.values()) {
        const changes = told.filter((change) => change.slice(1) === user);
        expectTurns(changes);
        const joins = changes.filter((change) => change.startsWith('+')).length;
        if (this.#isHeldToArrivals) expect(joins).toBeLessThanOrEqual(arrivals);
        if (isSteady) expect(joins).toBeLessThanOrEqual(Math.ceil(log.length / 2));
        if (isSteady && !view.wasDisturbed && !isStopped) expect(changes).toEqual(log);
      }
    }
  }
}

/** Comes, goes, comes: one after the other. */
function expectTurns(changes: readonly Change[]): void {
  expect(changes.map((change) => change[0])).toEqual(
    changes.map((_change, index) => (index % 2 === 0 ? '+' : '-')),
  );
}

function onlineBy(told: readonly Change[]): string[] {
  const online = new Set<string>();
  for (const change of told) {
    if (change.startsWith('+')) online.add(change.slice(1));
    else online.delete(change.slice(1));
  }
  return [...online].toSorted();
}
