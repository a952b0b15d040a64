import {
  ConnectedSocket,
  MessageBody,
  SubscribeMessage,
  WebSocketGateway,
  WebSocketServer,
} from '@nestjs/websockets';
import type { Server, Socket } from 'socket.io';
import { NEWS } from '../../payloads.js';
import { RoomsInTurn } from '../support/rooms-in-turn.js';
import { serve } from '../support/serve.js';
import { FAST, startNestSocketIoOnRedis } from './nest-socket-io.js';

@WebSocketGateway(FAST)
class RoomGateway {
  readonly #inTurn = new RoomsInTurn();

  @WebSocketServer()
  private readonly server!: Server;

  @SubscribeMessage('join')
  async join(@ConnectedSocket() client: Socket, @MessageBody('room') room: string) {
    await client.join(room);
    return { event: 'joined', data: { room } };
  }

  publish(messages: number): void {
    for (let sent = 0; sent < messages; sent++) {
      this.server.to(this.#inTurn.next()).emit('news', NEWS);
    }
  }
}

serve(async ({ redisUrl = '' }) => {
  const { app, port } = await startNestSocketIoOnRedis(redisUrl, RoomGateway);
  const gateway = app.get(RoomGateway);
  return { port, broadcast: (messages) => gateway.publish(messages) };
});
