import { setTimeout as wait } from 'node:timers/promises';
import type { LoadCalls, Target } from '../load/load-calls.interface.js';
import { type Contestant, peerOf, protocolOf } from '../peers.js';
import type {
  ServerCalls,
  ServerSettings,
  WindowReport,
} from '../servers/support/server-calls.interface.js';
import { Child } from './child.js';
import type { Cores } from './cores.js';
import { joinReports } from './join-reports.js';
import type { Pace } from './pace.js';

/** What {@link Stage.startServer} may be told. */
export interface ServerOptions extends Partial<ServerSettings> {
  readonly nodeFlags?: readonly string[];
}

/** Where one turn of one contestant takes place: fresh processes, each on its core. */
export class Stage {
  /** What was measured last, of each server. */
  lastWindows: readonly WindowReport[] = [];

  readonly #children: Child<object>[] = [];
  #servers = 0;

  constructor(
    readonly contestant: Contestant,
    readonly pace: Pace,
    private readonly cores: Cores,
    private readonly flagsOf: (server: number) => readonly string[] = () => [],
  ) {}

  /** Starts one of the contestant's servers; it does not listen yet. */
  startServer(program: string, options: ServerOptions = {}): Child<ServerCalls> {
    const { nodeFlags = [], ...given } = options;
    const settings: ServerSettings = {
      handlers: 1,
      encodeOnce: this.contestant === 'ws-once',
      ...given,
    };
    return this.#add(
      new Child<ServerCalls>({
        program: new URL(
          `../servers/${peerOf(this.contestant)}/${program}.server.js`,
          import.meta.url,
        ),
        args: [JSON.stringify(settings)],
        nodeFlags: [...this.flagsOf(this.#servers++), ...nodeFlags],
        core: this.cores.server,
      }),
    );
  }

  /** Starts a load generator. */
  startLoad(): Child<LoadCalls> {
    const program = new URL('../load/main.js', import.meta.url);
    return this.#add(new Child<LoadCalls>({ program, core: this.cores.load }));
  }

  /** Where a server is, once it listens, and how to talk to it. */
  async targetOf(server: Child<ServerCalls>): Promise<Target> {
    const port = await server.call('port');
    return { port, protocol: protocolOf(peerOf(this.contestant)) };
  }

  /** Lets the load run for a while, then measures the server while something is counted. */
  async measure<T>(
    server: Child<ServerCalls>,
    count: () => Promise<T>,
  ): Promise<{ readonly counted: T; readonly report: WindowReport }> {
    return this.measureTogether([server], count);
  }

  /** The same with servers that do something together. */
  async measureTogether<T>(
    servers: readonly Child<ServerCalls>[],
    count: () => Promise<T>,
  ): Promise<{ readonly counted: T; readonly report: WindowReport }> {
    await wait(this.pace.warmUpMs);
    await Promise.all(servers.map((server) => server.call('openWindow')));
    const counted = await count();
    this.lastWindows = await Promise.all(servers.map((server) => server.call('closeWindow')));
    return { counted, report: joinReports(this.lastWindows) };
  }

  /** Ends a process before the others. */
  async dismiss(child: Child<object>): Promise<void> {
    this.#children.splice(this.#children.indexOf(child), 1);
    await child.stop();
  }

  /** Ends all processes, clients first. */
  async strike(): Promise<void> {
    for (const child of this.#children.toReversed()) await child.stop();
  }

  #add<T extends object>(child: Child<T>): Child<T> {
    this.#children.push(child);
    return child;
  }
}
