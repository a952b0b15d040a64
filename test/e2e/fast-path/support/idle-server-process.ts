import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { rolldown } from 'rolldown';
import { RawPeer } from '../../../support/raw-peer.js';

/** The servers whose idle connections are measured. */
export const SERVERS = ['ws', 'bounce-ws, 1 handler', 'bounce-ws, 100 handlers'] as const;

/** One of them. */
export type IdleServer = (typeof SERVERS)[number];

/** What the process tells: first its ports, then, each time it is asked, the bytes it holds. */
export type ServerAnswer = Readonly<Record<IdleServer, number>> | number;

const source = (path: string): string => fileURLToPath(new URL(path, import.meta.url));

const SOURCE = source('idle-servers.ts');
const BUILT = source('../dist/');
const PROGRAM = source('../dist/test/e2e/fast-path/support/idle-servers.js');
const PARALLEL = 20;

/** A process that holds nothing but servers, so that what its heap grows by belongs to their connections. */
export class IdleServerProcess {
  readonly #peers: RawPeer[] = [];

  private constructor(
    private readonly child: ChildProcess,
    private readonly ports: Readonly<Record<IdleServer, number>>,
  ) {}

  /** Compiles it with the package and starts it; resolves when all servers listen. */
  static async start(): Promise<IdleServerProcess> {
    await build();
    const child = fork(PROGRAM, {
      execArgv: ['--expose-gc'],
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    });
    const ports = (await messageOf(child)) as Record<IdleServer, number>;
    return new IdleServerProcess(child, ports);
  }

  /** Opens connections that say nothing. */
  async open(server: IdleServer, connections: number): Promise<void> {
    for (let opened = 0; opened < connections; opened += PARALLEL) {
      const count = Math.min(PARALLEL, connections - opened);
      const peers = Array.from({ length: count }, () => RawPeer.open(this.ports[server]));
      this.#peers.push(...(await Promise.all(peers)));
    }
  }

  /** The bytes that nothing can collect any more. */
  heldBytes(): Promise<number> {
    this.child.send('measure');
    return messageOf(this.child) as Promise<number>;
  }

  async stop(): Promise<void> {
    for (const { socket } of this.#peers) socket.destroy();
    if (!this.child.connected) return;
    const exited = once(this.child, 'exit');
    this.child.disconnect();
    await exited;
  }
}

async function build(): Promise<void> {
  const bundle = await rolldown({
    input: SOURCE,
    platform: 'node',
    // Gives the decorator metadata and, through its `paths`, `bounce-ws` from `lib/`.
    tsconfig: source('../../../../tsconfig.json'),
    external: (id) => !/^(\.|\/|bounce-ws|@oxc-project\/runtime\/)/.test(id),
  });
  await bundle.write({ dir: BUILT, format: 'esm', preserveModules: true });
  await bundle.close();
}

async function messageOf(child: ChildProcess): Promise<ServerAnswer> {
  const ended = new AbortController();
  const exit = once(child, 'exit', { signal: ended.signal }).then(([code]) => {
    throw new Error(`The servers ended with ${code}`);
  });
  try {
    const [message] = (await Promise.race([
      once(child, 'message', { signal: ended.signal }),
      exit,
    ])) as [ServerAnswer];
    return message;
  } finally {
    ended.abort();
    exit.catch(() => undefined);
  }
}
