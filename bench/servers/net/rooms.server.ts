import type { Socket } from 'node:net';
import { NEWS } from '../../payloads.js';
import { serve } from '../support/serve.js';
import { frame, listen } from './sockets.js';

/** The floor of a broadcast: no WebSocket code at all, only sockets and frames that were built before. */
serve(async () => {
  const members = new Set<Socket>();
  const joined = frame('joined', { room: 'all' });
  const news = frame('news', NEWS);
  let tick = news;

  const port = await listen((socket) => {
    // The only message a client ever sends is `join`.
    socket.once('data', () => {
      members.add(socket);
      socket.write(joined);
    });
    socket.on('close', () => members.delete(socket));
  });

  return {
    port,
    broadcast: (messages) => {
      // The messages of one tick in one write: nothing can be cheaper.
      if (tick.length !== news.length * messages) {
        tick = Buffer.concat(Array.from({ length: messages }, () => news));
      }
      for (const member of members) member.write(tick);
    },
  };
});
