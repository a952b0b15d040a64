import { WebSocketGateway } from '@nestjs/websockets';
import {
  type BounceSocket,
  BroadcastService,
  OnEvent,
  PresenceService,
  RoomService,
} from 'bounce-ws';

/** What the clients of the fault tests do: be in a room, show up in one, say numbers. */
@WebSocketGateway()
export class TalkGateway {
  constructor(
    private readonly rooms: RoomService,
    private readonly presence: PresenceService,
    private readonly broadcast: BroadcastService,
  ) {}

  @OnEvent('join')
  join(client: BounceSocket, room: string): Promise<void> {
    return this.rooms.join(client, room);
  }

  @OnEvent('show')
  show(client: BounceSocket, room: string): Promise<void> {
    return this.presence.track(client, room, {}, { notify: false });
  }

  @OnEvent('say')
  say(_client: BounceSocket, room: string, from: number, n: number): void {
    this.broadcast.to(room).emit('said', { room, from, n });
  }
}
