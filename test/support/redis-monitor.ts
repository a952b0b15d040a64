import { once } from 'node:events';
import { connect, type Socket } from 'node:net';

/** Begins each line: the time, the database and where the command came from. */
const LINE = /^\+\d+\.\d+ \[\d+ [^\]]+\] (.*)$/;
const QUOTED = /"((?:[^"\\]|\\.)*)"/g;

/** Notes every command that a Redis runs, those of scripts included. */
export class RedisMonitor {
  /** The commands and their arguments, in the order in which they ran. */
  readonly commands: string[][] = [];

  private constructor(private readonly socket: Socket) {}

  static async start(port: number): Promise<RedisMonitor> {
    const socket = connect({ port, host: '127.0.0.1' });
    socket.write('MONITOR\r\n');
    await once(socket, 'data');
    const monitor = new RedisMonitor(socket);
    let rest = '';
    socket.on('data', (bytes) => {
      const lines = `${rest}${bytes.toString('latin1')}`.split('\r\n');
      rest = lines.pop() ?? '';
      for (const line of lines) monitor.#note(line);
    });
    return monitor;
  }

  stop(): void {
    this.socket.destroy();
  }

  #note(line: string): void {
    const [, args] = LINE.exec(line) ?? [];
    if (args === undefined) throw new Error(`MONITOR says what is not understood: ${line}`);
    this.commands.push(Array.from(args.matchAll(QUOTED), ([, arg]) => arg!));
  }
}
