import { WebSocketGateway } from '@nestjs/websockets';
import { type BounceSocket, BounceWsError, HistoryService, OnEvent } from 'bounce-ws';

const FEW = 10;

/** What was said in a room lately. */
@WebSocketGateway()
export class HistoryGateway {
  constructor(private readonly history: HistoryService) {}

  @OnEvent('latest')
  latest(client: BounceSocket, room: string, limit = FEW): Promise<unknown> {
    // Who may be told what was said in a room is for the application to decide, as is who may enter it.
    if (!client.rooms.has(room)) throw new BounceWsError('forbidden');
    return this.history.list(room, { limit, for: client });
  }
}
