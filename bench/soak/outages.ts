/** Messages that were said so shortly before Redis was killed may have been on their way. */
const ON_THE_WAY_MS = 500;

/** What is missed so long after Redis is back says how long the nodes needed; what is missed later is lost. */
const HEALING_MS = 8_000;

/** So long after it users are exactly those that are online: the promise, and the grace of those who left meanwhile. */
const CALM_MS = 20_000;

/** A time without Redis, in milliseconds since the start. */
export interface Outage {
  readonly killedMs: number;
  /** When it answered again; `undefined` while it is away. */
  backMs: number | undefined;
  /** How long after that something was said that a node still missed. */
  healingMs: number;
}

/** When Redis was away. */
export class Outages {
  readonly all: Outage[] = [];

  /** Notes that something was missed that was said then. */
  missed(outage: Outage, timeMs: number): void {
    outage.healingMs = Math.max(outage.healingMs, timeMs - (outage.backMs ?? Infinity));
  }

  /** Notes that Redis is being killed now. */
  begin(nowMs: number): Outage {
    const outage: Outage = { killedMs: nowMs, backMs: undefined, healingMs: 0 };
    this.all.push(outage);
    return outage;
  }

  /** The outage during which, for all that is promised, nodes may miss what is said at that time. */
  during(timeMs: number): Outage | undefined {
    return this.all.find(
      ({ killedMs, backMs = Infinity }) =>
        timeMs >= killedMs - ON_THE_WAY_MS && timeMs < backMs + HEALING_MS,
    );
  }

  /** Whether all that an outage brought about is over. */
  isCalm(timeMs: number): boolean {
    return this.all.every(({ backMs = Infinity }) => timeMs > backMs + CALM_MS);
  }
}
