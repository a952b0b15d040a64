import { WebSocketGateway } from '@nestjs/websockets';
import { type BounceSocket, OnEvent } from 'bounce-ws';
import { addHandlers } from '../support/more-handlers.js';
import { serve } from '../support/serve.js';
import { startBounce } from './bounce.js';

@WebSocketGateway()
class EchoGateway {
  @OnEvent('echo')
  echo(_client: BounceSocket, text: string, n: number) {
    return { text, n };
  }
}

serve(({ handlers }) => {
  addHandlers(
    EchoGateway,
    handlers - 1,
    OnEvent,
    () =>
      function (_client: BounceSocket, text: string, n: number) {
        return { text, n };
      },
  );
  return startBounce(EchoGateway);
});
