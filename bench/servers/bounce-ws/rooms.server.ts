import { WebSocketGateway } from '@nestjs/websockets';
import { type BounceSocket, BroadcastService, OnEvent, RoomService } from 'bounce-ws';
import { NEWS } from '../../payloads.js';
import { serve } from '../support/serve.js';
import { startBounce } from './bounce.js';

@WebSocketGateway()
class RoomGateway {
  constructor(
    private readonly rooms: RoomService,
    private readonly broadcast: BroadcastService,
  ) {}

  @OnEvent('join')
  async join(client: BounceSocket, room: string) {
    await this.rooms.join(client, room);
    return { event: 'joined', data: { room } };
  }

  @OnEvent('say')
  say(_client: BounceSocket, room: string, text: string) {
    this.broadcast.to(room).emit('said', { room, text });
  }

  publish(messages: number): void {
    for (let sent = 0; sent < messages; sent++) this.broadcast.to('all').emit('news', NEWS);
  }
}

serve(async () => {
  const { app, port } = await startBounce(RoomGateway);
  const gateway = app.get(RoomGateway);
  return { port, broadcast: (messages) => gateway.publish(messages) };
});
