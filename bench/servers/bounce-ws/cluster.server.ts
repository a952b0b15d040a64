import { WebSocketGateway } from '@nestjs/websockets';
import { type BounceSocket, BroadcastService, OnEvent, RoomService } from 'bounce-ws';
import { redisEngine } from 'bounce-ws/redis';
import { NEWS } from '../../payloads.js';
import { RoomsInTurn } from '../support/rooms-in-turn.js';
import { serve } from '../support/serve.js';
import { startBounceWith } from './bounce.js';

@WebSocketGateway()
class RoomGateway {
  readonly #inTurn = new RoomsInTurn();

  constructor(
    private readonly rooms: RoomService,
    private readonly broadcast: BroadcastService,
  ) {}

  @OnEvent('join')
  async join(client: BounceSocket, room: string) {
    await this.rooms.join(client, room);
    return { event: 'joined', data: { room } };
  }

  publish(messages: number): void {
    for (let sent = 0; sent < messages; sent++) {
      this.broadcast.to(this.#inTurn.next()).emit('news', NEWS);
    }
  }
}

serve(async ({ redisUrl = '' }) => {
  const { app, port } = await startBounceWith(
    { engine: redisEngine({ url: redisUrl }) },
    RoomGateway,
  );
  const gateway = app.get(RoomGateway);
  return { port, broadcast: (messages) => gateway.publish(messages) };
});
