import { WebSocketGateway } from '@nestjs/websockets';
import { type BounceSocket, BroadcastService, HistoryService, OnEvent } from 'bounce-ws';

const unencodable: Readonly<Record<string, () => unknown>> = {
  bigint: () => ({ n: 1n }),
  cycle: () => {
    const loop: { self?: object } = {};
    loop.self = loop;
    return loop;
  },
};

/** What is asked of rooms with history, and said in them from outside. */
@WebSocketGateway()
export class HistoryGateway {
  constructor(
    private readonly history: HistoryService,
    private readonly broadcast: BroadcastService,
  ) {}

  @OnEvent('latest')
  latest(client: BounceSocket, room: string, limit?: number) {
    return this.history.list(room, { limit: limit as number, for: client });
  }

  /** Says the same in several rooms, many times. */
  @OnEvent('repeat')
  repeat(_client: BounceSocket, rooms: string[], text: string, times = 1): void {
    for (const room of rooms) {
      for (let n = 0; n < times; n++) this.broadcast.to(room).emit('repeated', { text });
    }
  }

  @OnEvent('say_at_once')
  sayAtOnce(_client: BounceSocket, rooms: string[], text: string): void {
    this.broadcast.to(...rooms).emit('repeated', { text });
  }

  @OnEvent('spoil')
  spoil(_client: BounceSocket, room: string, how: string): void {
    this.broadcast.to(room).emit('spoiled', unencodable[how]?.());
  }
}
