import {
  ConnectedSocket,
  MessageBody,
  type OnGatewayDisconnect,
  SubscribeMessage,
  WebSocketGateway,
} from '@nestjs/websockets';
import type { WebSocket } from 'ws';
import { NEWS } from '../../payloads.js';
import { serve } from '../support/serve.js';
import { startNestWs } from './nest-ws.js';

/** The adapter has no rooms, so they are written by hand, like those of the bare `ws` server. */
@WebSocketGateway()
class RoomGateway implements OnGatewayDisconnect {
  private readonly rooms = new Map<string, Set<WebSocket>>();

  @SubscribeMessage('join')
  join(@ConnectedSocket() client: WebSocket, @MessageBody('room') room: string) {
    const members = this.rooms.get(room) ?? new Set();
    this.rooms.set(room, members.add(client));
    return { event: 'joined', data: { room } };
  }

  @SubscribeMessage('say')
  say(@MessageBody('room') room: string, @MessageBody('text') text: string) {
    this.sendToAll(room, 'said', { room, text });
  }

  handleDisconnect(client: WebSocket): void {
    for (const members of this.rooms.values()) members.delete(client);
  }

  publish(messages: number): void {
    for (let sent = 0; sent < messages; sent++) this.sendToAll('all', 'news', NEWS);
  }

  private sendToAll(room: string, event: string, data: unknown): void {
    for (const member of this.rooms.get(room) ?? []) member.send(JSON.stringify({ event, data }));
  }
}

serve(async () => {
  const { app, port } = await startNestWs(RoomGateway);
  const gateway = app.get(RoomGateway);
  return { port, broadcast: (messages) => gateway.publish(messages) };
});
