import { setTimeout as wait } from 'node:timers/promises';
import { percentile } from '../harness/median.js';
import { SoakCluster } from './cluster.js';
import { Crowd } from './crowd.js';
import { Ledger } from './ledger.js';
import { type Outage, Outages } from './outages.js';
import type { Sample, SoakRun } from './sample.interface.js';
import type { Census, Vitals } from './soak-calls.interface.js';
import type { SoakOptions } from './soak.options.js';

const P99 = 0.99;
/** What is said is heard by then. */
const BREATH_MS = 100;
const CENSUS_EVERY_SECONDS = 60;
const BOOK_MS = 250;
const POLL_MS = 50;
/** So long before the end Redis is not killed any more, so that it can be seen that all is well again. */
const QUIET_END_SECONDS = 5;
const GONE_TIMEOUT_MS = 30_000;

/** One soak. */
export class Soak {
  readonly #outages = new Outages();
  readonly #ledger = new Ledger(this.#outages);
  readonly #samples: Sample[] = [];
  readonly #gaps = new Map<Outage, readonly Vitals[]>();
  readonly #failure = new AbortController();
  #startedMs = 0;

  constructor(
    private readonly options: SoakOptions,
    private readonly onSample: (sample: Sample) => void,
  ) {}

  /** @throws Error when a process ends, or a client cannot come back */
  async run(): Promise<SoakRun> {
    const { options } = this;
    const cluster = await SoakCluster.start(options.nodes, options.lose);
    try {
      return await this.#withCluster(cluster);
    } finally {
      await cluster.end();
    }
  }

  /** Ends it before its time: {@link run} rejects, when all processes have ended. */
  stop(): void {
    this.#failure.abort(new Error('The soak was stopped'));
  }

  async #withCluster(cluster: SoakCluster): Promise<SoakRun> {
    const before = await cluster.vitals();
    const crowd = new Crowd(cluster.urls, this.#ledger, this.options, (error) =>
      this.#failure.abort(error),
    );
    await crowd.come();
    this.#startedMs = performance.now();
    const books = setInterval(() => this.#ledger.settle(performance.now()), BOOK_MS);
    crowd.start();
    await Promise.all([this.#takeSamples(cluster, crowd), this.#killRedis(cluster)]);
    await crowd.hush();
    while (!this.#ledger.isClosed) await wait(POLL_MS);
    clearInterval(books);
    this.#ledger.settle(Infinity);
    const silent = this.#silent(await cluster.vitals());
    crowd.leave();
    const after = await this.#whenAllAreGone(cluster);
    return {
      samples: this.#samples,
      outages: this.#outages.all.map(({ killedMs, backMs = Infinity, healingMs }) => ({
        killedSecond: this.#secondOf(killedMs),
        backSecond: this.#secondOf(backMs),
        healingSeconds: healingMs / 1_000,
      })),
      account: this.#ledger.account,
      losses: this.#ledger.losses,
      silent,
      changed: crowd.changed,
      before,
      after,
      left: await cluster.census(),
      keys: await cluster.stop(),
    };
  }

  async #takeSamples(cluster: SoakCluster, crowd: Crowd): Promise<void> {
    const { minutes, sampleEvery } = this.options;
    let nextCensus = 0;
    for (let second = sampleEvery; second <= minutes * 60; second += sampleEvery) {
      await this.#until(second);
      const nodes = await cluster.vitals();
      const delays = this.#ledger.takeDelays();
      const isCensus = second >= nextCensus;
      if (isCensus) nextCensus = second + CENSUS_EVERY_SECONDS;
      const sample: Sample = {
        second,
        nodes,
        p99Ms: delays.length === 0 ? null : percentile(delays, P99),
        account: { ...this.#ledger.account },
        census: isCensus ? await this.#census(cluster, crowd) : undefined,
        isCalm: this.#outages.isCalm(performance.now()),
      };
      this.#samples.push(sample);
      this.onSample(sample);
    }
    await this.#until(minutes * 60);
  }

  /** Nobody talks meanwhile, for half a second: who waits for a node that counts would be taken for a slow one. */
  async #census(cluster: SoakCluster, crowd: Crowd): Promise<readonly Census[]> {
    crowd.pause();
    await wait(BREATH_MS);
    const census = await cluster.census();
    crowd.start();
    return census;
  }

  async #killRedis(cluster: SoakCluster): Promise<void> {
    const { minutes, killEvery, away, sampleEvery } = this.options;
    const last = minutes * 60 - away - QUIET_END_SECONDS;
    if (killEvery === 0) return;
    // The first one early: what an outage costs once, it costs while the servers warm up.
    // And between two samples: nodes that stand still for one would not be on time.
    for (let second = killEvery / 3 + sampleEvery / 2; second <= last; second += killEvery) {
      await this.#until(second);
      const vitals = await cluster.vitals();
      const outage = this.#outages.begin(performance.now());
      this.#gaps.set(outage, vitals);
      await cluster.redis.kill();
      // Counted from the kill, which comes late when the nodes are slow to tell how they are.
      await this.#until(this.#secondOf(outage.killedMs) + away);
      await cluster.redis.restart();
      outage.backMs = performance.now();
    }
  }

  /** Counts the outages in which a node missed something, and said nothing of it until the next one. */
  #silent(last: readonly Vitals[]): number {
    const { all } = this.#outages;
    return all.filter((outage, index) => {
      const earlier = this.#gaps.get(outage)!;
      const next = all[index + 1];
      const later = next === undefined ? last : this.#gaps.get(next)!;
      const missed = [...this.#ledger.nodesThatMissed(outage)];
      return missed.some((node) => later[node]!.gaps === earlier[node]!.gaps);
    }).length;
  }

  async #whenAllAreGone(cluster: SoakCluster): Promise<readonly Vitals[]> {
    const deadline = performance.now() + GONE_TIMEOUT_MS;
    for (;;) {
      const vitals = await cluster.vitals();
      const isOver = vitals.every(({ connections, online }) => connections === 0 && online === 0);
      // Who it is that is left, the report says.
      if (isOver || performance.now() > deadline) return vitals;
      await wait(POLL_MS);
    }
  }

  #secondOf(timeMs: number): number {
    return (timeMs - this.#startedMs) / 1_000;
  }

  async #until(second: number): Promise<void> {
    const ms = this.#startedMs + second * 1_000 - performance.now();
    const { signal } = this.#failure;
    signal.throwIfAborted();
    await wait(Math.max(0, ms), undefined, { signal }).catch(() => signal.throwIfAborted());
  }
}
