import { Inject } from '@nestjs/common';
import { WebSocketGateway } from '@nestjs/websockets';
import { type BounceSocket, OnEvent } from 'bounce-ws';

/** Messages with a number up to this one are dropped on purpose. */
export const LOSE = Symbol('LOSE');

/** Rooms that are talked in. */
@WebSocketGateway()
export class SoakGateway {
  constructor(@Inject(LOSE) private readonly lose: number) {}

  @OnEvent('join') join(client: BounceSocket, room: string): Promise<void> {
    return client.join(room);
  }

  @OnEvent('say') say(client: BounceSocket, room: string, n: number): void {
    if (n <= this.lose) return;
    client.broadcast('said', { n, from: client.id }, { to: room, skipSelf: false });
  }
}
