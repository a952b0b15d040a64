import { WebSocketGateway } from '@nestjs/websockets';
import { type BounceSocket, OnEvent, PresenceService } from 'bounce-ws';

/** Who shows up in which room. */
@WebSocketGateway()
export class PresenceGateway {
  constructor(private readonly presence: PresenceService) {}

  @OnEvent('show')
  show(client: BounceSocket, room: string, meta: object = {}): Promise<void> {
    return this.presence.track(client, room, meta);
  }

  @OnEvent('hide')
  hide(client: BounceSocket, room: string): void {
    this.presence.untrack(client, room);
  }
}
