import { createClient } from 'redis';

/** An argument of a command, as `COMMAND DOCS` describes it. */
interface Argument {
  readonly token?: string;
  readonly since?: string;
  readonly arguments?: readonly Argument[];
}

/** A command, as `COMMAND DOCS` describes it. */
interface Command {
  readonly since: string;
  readonly arguments?: readonly Argument[];
  readonly subcommands?: Readonly<Record<string, Command>>;
}

/** Tells since which version of Redis there are its commands and their options, by what a Redis says of itself. */
export class CommandDocs {
  private constructor(
    private readonly docs: Readonly<Record<string, Command>>,
    private readonly version: string,
  ) {}

  /** @param version - `6.2`: what is looked for is newer */
  static async read(url: string, version: string): Promise<CommandDocs> {
    const client = createClient({ url, RESP: 3 });
    await client.connect();
    try {
      const docs = await client.sendCommand(['COMMAND', 'DOCS']);
      return new CommandDocs(docs as unknown as Record<string, Command>, version);
    } finally {
      client.destroy();
    }
  }

  /** The commands that are newer. */
  get newerCommands(): string[] {
    return Object.keys(this.docs).filter((name) => this.#isNewer(this.docs[name]!.since));
  }

  /** What is newer in a command as it was sent: itself, its subcommand, its options. */
  newerIn([name = '', ...args]: readonly string[]): string[] {
    const command = this.docs[name.toLowerCase()];
    if (command === undefined) return [name];
    const hasOthers = command.subcommands !== undefined;
    const used = hasOthers
      ? command.subcommands[`${name}|${args[0] ?? ''}`.toLowerCase()]
      : command;
    // A subcommand that this Redis does not know is newer than all that it does.
    if (used === undefined || this.#isNewer(used.since)) return [`${name} ${args[0]}`];
    const options = new Set(this.#newerTokens(used.arguments, false));
    return args.filter((arg) => options.has(arg.toUpperCase())).map((arg) => `${name} ${arg}`);
  }

  #newerTokens(all: readonly Argument[] = [], isInNewer: boolean): string[] {
    return all.flatMap(({ token, since = '0', arguments: inner }) => {
      const isNewer = isInNewer || this.#isNewer(since);
      const own = isNewer && token !== undefined ? [token.toUpperCase()] : [];
      return [...own, ...this.#newerTokens(inner, isNewer)];
    });
  }

  #isNewer(since: string): boolean {
    const [major = 0, minor = 0] = since.split('.').map(Number);
    const [ofMajor = 0, ofMinor = 0] = this.version.split('.').map(Number);
    return major > ofMajor || (major === ofMajor && minor > ofMinor);
  }
}
