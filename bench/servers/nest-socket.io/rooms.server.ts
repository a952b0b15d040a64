import {
  ConnectedSocket,
  MessageBody,
  SubscribeMessage,
  WebSocketGateway,
  WebSocketServer,
} from '@nestjs/websockets';
import type { Server, Socket } from 'socket.io';
import { NEWS } from '../../payloads.js';
import { serve } from '../support/serve.js';
import { FAST, startNestSocketIo } from './nest-socket-io.js';

@WebSocketGateway(FAST)
class RoomGateway {
  @WebSocketServer()
  private readonly server!: Server;

  @SubscribeMessage('join')
  async join(@ConnectedSocket() client: Socket, @MessageBody('room') room: string) {
    await client.join(room);
    return { event: 'joined', data: { room } };
  }

  @SubscribeMessage('say')
  say(@MessageBody('room') room: string, @MessageBody('text') text: string) {
    this.server.to(room).emit('said', { room, text });
  }

  publish(messages: number): void {
    for (let sent = 0; sent < messages; sent++) this.server.to('all').emit('news', NEWS);
  }
}

serve(async () => {
  const { app, port } = await startNestSocketIo(RoomGateway);
  const gateway = app.get(RoomGateway);
  return { port, broadcast: (messages) => gateway.publish(messages) };
});
