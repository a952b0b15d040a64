import { WebSocketGateway } from '@nestjs/websockets';
import { BounceSocket, OnEvent } from 'bounce-ws';

@WebSocketGateway()
export class AddGateway {
  @OnEvent('add')
  add(_client: BounceSocket, a: number, b: number): number {
    return a + b;
  }

  /** Never called: it must not compile without the directive, which shows that the types arrived and are not `any`. */
  misuse(client: BounceSocket): void {
    // @ts-expect-error an event's name is a string
    client.emit(1);
  }
}
