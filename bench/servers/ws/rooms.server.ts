import type { WebSocket } from 'ws';
import { NEWS } from '../../payloads.js';
import { serve } from '../support/serve.js';
import { type Handler, message, startWs } from './ws-server.js';

const rooms = new Map<string, Set<WebSocket>>();

function membersOf(room: string): Set<WebSocket> {
  const members = rooms.get(room) ?? new Set();
  rooms.set(room, members);
  return members;
}

function join(client: WebSocket, { room }: { readonly room: string }): void {
  membersOf(room).add(client);
  client.send(JSON.stringify(message('joined', { room })));
}

function sendToAll(room: string, event: string, data: unknown): void {
  const toSend = message(event, data);
  for (const member of membersOf(room)) member.send(JSON.stringify(toSend));
}

function sendToAllEncodedOnce(room: string, event: string, data: unknown): void {
  const text = JSON.stringify(message(event, data));
  for (const member of membersOf(room)) member.send(text);
}

serve(async ({ encodeOnce }) => {
  const send = encodeOnce ? sendToAllEncodedOnce : sendToAll;
  const { port } = await startWs(
    new Map<string, Handler>([
      ['join', join],
      [
        'say',
        (_client, { room, text }: { readonly room: string; readonly text: string }) =>
          send(room, 'said', { room, text }),
      ],
    ]),
    (client) => {
      for (const members of rooms.values()) members.delete(client);
    },
  );
  return {
    port,
    broadcast: (messages) => {
      for (let sent = 0; sent < messages; sent++) send('all', 'news', NEWS);
    },
  };
});
