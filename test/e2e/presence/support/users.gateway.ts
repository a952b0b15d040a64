import { WebSocketGateway } from '@nestjs/websockets';
import {
  type BounceSocket,
  ConnectionRegistry,
  OnEvent,
  Payload,
  PresenceService,
  RoomService,
} from 'bounce-ws';

interface ShowRequest {
  readonly room: string;
  readonly meta?: unknown;
  readonly notify?: boolean;
}

/** Takes a client for the user that it says it is, and lets it show up in rooms. */
@WebSocketGateway()
export class UsersGateway {
  constructor(
    private readonly connections: ConnectionRegistry,
    private readonly presence: PresenceService,
    private readonly rooms: RoomService,
  ) {}

  @OnEvent('connect')
  connect(client: BounceSocket): void {
    const userId = client.handshake.query.get('user');
    if (userId !== null) this.connections.identify(client, { userId, user: { name: userId } });
  }

  @OnEvent('sign_out')
  signOut(client: BounceSocket): void {
    this.connections.identify(client, null);
  }

  @OnEvent('show')
  show(client: BounceSocket, @Payload() { room, meta, notify = true }: ShowRequest) {
    return this.presence.track(client, room, meta, { notify });
  }

  @OnEvent('hide')
  hide(client: BounceSocket, room: string): void {
    this.presence.untrack(client, room);
  }

  @OnEvent('leave')
  leave(client: BounceSocket, room: string) {
    return this.rooms.leave(client, room);
  }
}
