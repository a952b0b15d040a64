import { MessageBody, SubscribeMessage, WebSocketGateway } from '@nestjs/websockets';
import { addHandlers } from '../support/more-handlers.js';
import { serve } from '../support/serve.js';
import { startNestWs } from './nest-ws.js';

@WebSocketGateway()
class EchoGateway {
  @SubscribeMessage('echo')
  echo(@MessageBody('text') text: string, @MessageBody('n') n: number) {
    return { event: 'echo', data: { text, n } };
  }
}

serve(({ handlers }) => {
  addHandlers(
    EchoGateway,
    handlers - 1,
    SubscribeMessage,
    () =>
      function (_client: unknown, { text, n }: { text: string; n: number }) {
        return { event: 'echo', data: { text, n } };
      },
  );
  return startNestWs(EchoGateway);
});
