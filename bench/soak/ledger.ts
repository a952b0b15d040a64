import type { Outage, Outages } from './outages.js';

/** A delivery that has not come after this time is lost: nodes keep a message for at most two seconds. */
const PATIENCE_MS = 10_000;

/** The first losses are enough to look for the reason. */
const LOSSES_KEPT = 100;

/** Somebody who should get messages. */
export interface Recipient {
  readonly node: number;
}

/** What became of the deliveries so far. */
export interface Account {
  /** Messages that were said. */
  said: number;
  /** Deliveries that the promise covers. */
  promised: number;
  /** Those of them that came. */
  delivered: number;
  /** Those that did not, on the node of the one who said it: nothing excuses that. */
  lostLocally: number;
  /** Those that did not, between nodes, while there was a Redis. */
  lostAcross: number;
  /** Deliveries between nodes while there was none, and those of them that did not come. */
  acrossOutage: number;
  missedInOutage: number;
  /** What came twice, or after something that was said later. */
  disordered: number;
}

/** A message that did not come. */
export interface Loss {
  readonly n: number;
  readonly saidMs: number;
  readonly fromNode: number;
  readonly toNode: number;
}

interface Entry {
  readonly node: number;
  readonly saidMs: number;
  readonly outage: Outage | undefined;
  /** When the first copy came, which is the one of its own node. */
  heardMs: number | undefined;
  readonly pending: Set<Recipient>;
}

/** Knows who should get which message, and who got it. */
export class Ledger {
  readonly account: Account = {
    said: 0,
    promised: 0,
    delivered: 0,
    lostLocally: 0,
    lostAcross: 0,
    acrossOutage: 0,
    missedInOutage: 0,
    disordered: 0,
  };

  /** The first losses. */
  readonly losses: Loss[] = [];

  readonly #entries = new Map<number, Entry>();
  readonly #waiting = new Map<Recipient, () => void>();
  readonly #missed = new Map<Outage, Set<number>>();
  #delaysMs: number[] = [];

  constructor(private readonly outages: Outages) {}

  /** Notes a message that is said now. @returns its number; they rise by one */
  say(node: number, recipients: Iterable<Recipient>, nowMs: number): number {
    const n = ++this.account.said;
    const outage = this.outages.during(nowMs);
    this.#entries.set(n, {
      node,
      saidMs: nowMs,
      outage,
      heardMs: undefined,
      pending: new Set(recipients),
    });
    return n;
  }

  /** Notes that a message came. */
  hear(n: number, recipient: Recipient, nowMs: number): void {
    const entry = this.#entries.get(n);
    // Whoever was just coming or going may get it, and need not.
    if (entry?.pending.delete(recipient) !== true) return;
    entry.heardMs ??= nowMs;
    this.#count(entry, recipient, true);
    if (entry.outage === undefined) this.#delaysMs.push(nowMs - entry.saidMs);
    this.#tellIfDone(recipient);
  }

  /** Closes the books on what was said long enough ago. */
  settle(nowMs: number): void {
    for (const [n, entry] of this.#entries) {
      if (entry.saidMs > nowMs - PATIENCE_MS) break;
      this.#entries.delete(n);
      for (const recipient of entry.pending) {
        this.#count(entry, recipient, false);
        this.#keep(
          { n, saidMs: entry.saidMs, fromNode: entry.node, toNode: recipient.node },
          entry,
        );
        entry.pending.delete(recipient);
        this.#tellIfDone(recipient);
      }
    }
  }

  /** Whether nothing is on its way to anybody. */
  get isClosed(): boolean {
    for (const { pending } of this.#entries.values()) if (pending.size > 0) return false;
    return true;
  }

  /** Waits until nothing is on its way to somebody, or given up. There must be nothing new for them. */
  async nothingFor(recipient: Recipient): Promise<void> {
    if (!this.#isWaitedFor(recipient)) return;
    await new Promise<void>((resolve) => this.#waiting.set(recipient, resolve));
  }

  /** Which nodes missed something in that outage. */
  nodesThatMissed(outage: Outage): ReadonlySet<number> {
    return this.#missed.get(outage) ?? new Set();
  }

  /** How long the deliveries since the last call took, in milliseconds; those during an outage are not among them. */
  takeDelays(): number[] {
    const delays = this.#delaysMs;
    this.#delaysMs = [];
    return delays;
  }

  #count({ node, saidMs, ...entry }: Entry, recipient: Recipient, hasCome: boolean): void {
    const { account } = this;
    const isLocal = recipient.node === node;
    const excuse = isLocal
      ? undefined
      : (entry.outage ?? this.#outageOnTheWay(saidMs, entry.heardMs));
    if (excuse !== undefined) {
      account.acrossOutage++;
      if (hasCome) return;
      account.missedInOutage++;
      this.outages.missed(excuse, saidMs);
      const nodes = this.#missed.get(excuse) ?? new Set();
      this.#missed.set(excuse, nodes.add(recipient.node));
      return;
    }
    account.promised++;
    if (hasCome) account.delivered++;
    else if (isLocal) account.lostLocally++;
    else account.lostAcross++;
  }

  /** An outage may begin while a message is on its way, which takes long to a node that is busy. */
  #outageOnTheWay(saidMs: number, heardMs = saidMs): Outage | undefined {
    return this.outages.during(saidMs) ?? this.outages.during(heardMs);
  }

  #keep(loss: Loss, { saidMs, heardMs }: Entry): void {
    const isExcused =
      loss.fromNode !== loss.toNode && this.#outageOnTheWay(saidMs, heardMs) !== undefined;
    if (!isExcused && this.losses.length < LOSSES_KEPT) this.losses.push(loss);
  }

  #tellIfDone(recipient: Recipient): void {
    const done = this.#waiting.get(recipient);
    if (done === undefined || this.#isWaitedFor(recipient)) return;
    this.#waiting.delete(recipient);
    done();
  }

  #isWaitedFor(recipient: Recipient): boolean {
    for (const { pending } of this.#entries.values()) if (pending.has(recipient)) return true;
    return false;
  }
}
