import type { Account, Loss } from './ledger.js';
import type { Census, Vitals } from './soak-calls.interface.js';

/** What was seen at one moment of a soak. */
export interface Sample {
  readonly second: number;
  readonly nodes: readonly Vitals[];
  /** Of the deliveries since the sample before, those during an outage not counted; `null` when there were none. */
  readonly p99Ms: number | null;
  readonly account: Readonly<Account>;
  /** Of some samples only. */
  readonly census: readonly Census[] | undefined;
  /** Whether no outage is under way, or just over. */
  readonly isCalm: boolean;
}

/** A soak, from the first client to the last process. */
export interface SoakRun {
  readonly samples: readonly Sample[];
  readonly outages: readonly {
    readonly killedSecond: number;
    readonly backSecond: number;
    /** So many seconds after that something was said that a node still missed. */
    readonly healingSeconds: number;
  }[];
  readonly account: Readonly<Account>;
  /** The first of what was lost, for who looks for the reason. */
  readonly losses: readonly Loss[];
  /** Outages in which a node missed something and did not notice. */
  readonly silent: number;
  /** Clients that went or fell out. */
  readonly changed: number;
  /** How the nodes were before the first client, and after the last one. */
  readonly before: readonly Vitals[];
  readonly after: readonly Vitals[];
  readonly left: readonly Census[];
  /** What Redis still had when the nodes were stopped. */
  readonly keys: readonly string[];
}
