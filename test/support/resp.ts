import { once } from 'node:events';
import { connect } from 'node:net';

/**
 * Sends a command to a Redis on a connection of its own, as any language could, and gives its answer as it came: `+OK`,
 * `:2`, `-ERR ...`.
 */
export async function sendToRedis(
  port: number,
  ...args: readonly (string | Buffer)[]
): Promise<string> {
  const socket = connect({ port, host: '127.0.0.1' });
  try {
    socket.write(`*${args.length}\r\n`);
    for (const arg of args) {
      socket.write(`$${Buffer.byteLength(arg)}\r\n`);
      socket.write(arg);
      socket.write('\r\n');
    }
    const [answer] = (await once(socket, 'data')) as [Buffer];
    return answer.toString().trimEnd();
  } finally {
    socket.destroy();
  }
}
