import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';

const KEY_SUFFIX = '258EAFA5-E914-47DA-95CA-C5AB0DC85B11';
const LENGTH_16_BIT = 126;

/** A text frame (RFC 6455, 5.2). */
export function frame(event: string, data: unknown): Buffer {
  const payload = Buffer.from(
    JSON.stringify({ event, data, timestamp: new Date().toISOString().slice(0, -1) }),
  );
  const header =
    payload.length < LENGTH_16_BIT
      ? [0x81, payload.length]
      : [0x81, LENGTH_16_BIT, payload.length >> 8, payload.length & 0xff];
  return Buffer.concat([Buffer.from(header), payload]);
}

/** Answers opening handshakes and hands out the sockets. @returns the port */
export async function listen(accept: (socket: Socket) => void): Promise<number> {
  const server = createServer();
  server.on('upgrade', (request, socket: Socket) => {
    const acceptKey = createHash('sha1')
      .update(`${request.headers['sec-websocket-key']}${KEY_SUFFIX}`)
      .digest('base64');
    socket.write(
      'HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n' +
        `Sec-WebSocket-Accept: ${acceptKey}\r\n\r\n`,
    );
    socket.setNoDelay(true);
    socket.on('error', () => socket.destroy());
    accept(socket);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return (server.address() as AddressInfo).port;
}
