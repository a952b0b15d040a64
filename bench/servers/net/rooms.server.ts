import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { NEWS } from '../../payloads.js';
import { serve } from '../support/serve.js';

/** The floor: no WebSocket code at all, only sockets and frames that were built before. */

const KEY_SUFFIX = '258EAFA5-E914-47DA-95CA-C5AB0DC85B11';
const LENGTH_16_BIT = 126;

/** A text frame (RFC 6455, 5.2). */
function frame(event: string, data: unknown): Buffer {
  const payload = Buffer.from(
    JSON.stringify({ event, data, timestamp: new Date().toISOString().slice(0, -1) }),
  );
  const header =
    payload.length < LENGTH_16_BIT
      ? [0x81, payload.length]
      : [0x81, LENGTH_16_BIT, payload.length >> 8, payload.length & 0xff];
  return Buffer.concat([Buffer.from(header), payload]);
}

serve(async () => {
  const members = new Set<Socket>();
  const joined = frame('joined', { room: 'all' });
  const news = frame('news', NEWS);
  let tick = news;

  const server = createServer();
  server.on('upgrade', (request, socket: Socket) => {
    const accept = createHash('sha1')
      .update(`${request.headers['sec-websocket-key']}${KEY_SUFFIX}`)
      .digest('base64');
    socket.write(
      'HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n' +
        `Sec-WebSocket-Accept: ${accept}\r\n\r\n`,
    );
    socket.setNoDelay(true);
    // The only message a client ever sends is `join`.
    socket.once('data', () => {
      members.add(socket);
      socket.write(joined);
    });
    socket.on('error', () => socket.destroy());
    socket.on('close', () => members.delete(socket));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');

  return {
    port: (server.address() as AddressInfo).port,
    broadcast: (messages) => {
      // The messages of one tick in one write: nothing can be cheaper.
      if (tick.length !== news.length * messages) {
        tick = Buffer.concat(Array.from({ length: messages }, () => news));
      }
      for (const member of members) member.write(tick);
    },
  };
});
