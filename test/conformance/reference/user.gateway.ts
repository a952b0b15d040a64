import { WebSocketGateway } from '@nestjs/websockets';
import { type BounceSocket, BroadcastService, OnEvent, Payload, PresenceService } from 'bounce-ws';

/** What is about users, whatever connections they have. */
@WebSocketGateway()
export class UserGateway {
  constructor(
    private readonly broadcast: BroadcastService,
    private readonly presence: PresenceService,
  ) {}

  @OnEvent('whoami')
  whoami(client: BounceSocket): { id: string; user: unknown } {
    return { id: client.id, user: client.user };
  }

  @OnEvent('tell')
  tell(client: BounceSocket, user: string, text: string): void {
    this.broadcast.toUser(user).emit('told', { text, from: client.id });
  }

  @OnEvent('online')
  async online(_client: BounceSocket, @Payload('users') users: string[]): Promise<object> {
    return Object.fromEntries(await this.presence.areOnline(users));
  }
}
