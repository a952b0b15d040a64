import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { builtScript } from './build-scripts.js';

const SCRIPT = 'crowd.js';

/** What a process with a crowd is told to do; it answers with a {@link CrowdReport}. */
export type CrowdRequest =
  | { readonly do: 'gather'; readonly count: number; readonly ports: readonly number[] }
  | { readonly do: 'drop' }
  | { readonly do: 'report' }
  | { readonly do: 'leave' };

/** How a crowd is. */
export interface CrowdReport {
  readonly userIds: readonly string[];
  /** For each return that is complete: when its attempt began, by the clock of the process. */
  readonly returns: readonly number[];
  /** The rooms, and who is to show up there. */
  readonly rooms: ReadonlyMap<string, readonly string[]>;
}

/** A crowd so large that what happens to it would hold up the witness, in a process of its own. */
export class CrowdProcess {
  readonly #child: ChildProcess;
  readonly #exited: Promise<unknown>;

  private constructor(script: string) {
    this.#child = fork(script, { serialization: 'advanced' });
    this.#exited = once(this.#child, 'exit');
  }

  /** Sends so many clients to the nodes that listen there. */
  static async gather(count: number, ports: readonly number[]): Promise<CrowdProcess> {
    const crowd = new CrowdProcess(builtScript(SCRIPT));
    await crowd.#ask({ do: 'gather', count, ports });
    return crowd;
  }

  /** Resets all connections. */
  async drop(): Promise<void> {
    await this.#ask({ do: 'drop' });
  }

  report(): Promise<CrowdReport> {
    return this.#ask({ do: 'report' });
  }

  async leave(): Promise<void> {
    this.#child.send({ do: 'leave' } satisfies CrowdRequest);
    await this.#exited;
  }

  async #ask(request: CrowdRequest): Promise<CrowdReport> {
    const answered = once(this.#child, 'message') as Promise<[CrowdReport]>;
    this.#child.send(request);
    const [report] = await answered;
    return report;
  }
}
