import {
  MessageBody,
  type OnGatewayInit,
  SubscribeMessage,
  WebSocketGateway,
} from '@nestjs/websockets';
import type { Server } from 'socket.io';
import { addHandlers } from '../support/more-handlers.js';
import { serve } from '../support/serve.js';
import { FAST, startNestSocketIo } from './nest-socket-io.js';

@WebSocketGateway(FAST)
class EchoGateway implements OnGatewayInit<Server> {
  afterInit(server: Server): void {
    // socket.io's documentation recommends this to save memory.
    server.engine.on('connection', (socket: { request: unknown }) => {
      socket.request = null;
    });
  }

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
  return startNestSocketIo(EchoGateway);
});
