import { WebSocketGateway } from '@nestjs/websockets';
import { type BounceSocket, BroadcastService, OnEvent, RoomService } from 'bounce-ws';

/** Rooms, and messages to many. */
@WebSocketGateway()
export class RoomGateway {
  constructor(
    private readonly roomService: RoomService,
    private readonly broadcast: BroadcastService,
  ) {}

  @OnEvent('join')
  join(client: BounceSocket, room: string): Promise<void> {
    return this.roomService.join(client, room);
  }

  @OnEvent('leave')
  leave(client: BounceSocket, room: string): Promise<void> {
    return this.roomService.leave(client, room);
  }

  @OnEvent('rooms')
  rooms(client: BounceSocket): string[] {
    return [...client.rooms].sort();
  }

  @OnEvent('members')
  members(_client: BounceSocket, room: string): Promise<string[]> {
    return this.roomService.members(room);
  }

  @OnEvent('announce')
  announce(client: BounceSocket, text: string, channel = 'general'): void {
    this.broadcast.to(channel).emit('announce', { text, channel, from: client.id });
  }

  @OnEvent('say')
  say(client: BounceSocket, room: string, text: string): void {
    this.broadcast.to(room).except(client).emit('say', { room, text, from: client.id });
  }

  @OnEvent('wave')
  wave(client: BounceSocket, room: string): void {
    this.broadcast.to(room).volatile().emit('waved', { room, from: client.id });
  }

  @OnEvent('shout')
  shout(client: BounceSocket, text: string): void {
    this.broadcast.toAll().emit('shouted', { text, from: client.id });
  }
}
