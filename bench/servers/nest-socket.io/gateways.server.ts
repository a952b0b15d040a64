import type { Type } from '@nestjs/common';
import { MessageBody, SubscribeMessage, WebSocketGateway } from '@nestjs/websockets';
import { GATEWAY_COUNT } from '../../payloads.js';
import { serve } from '../support/serve.js';
import { FAST, startNestSocketIo } from './nest-socket-io.js';

function createGateway(event: string): Type {
  @WebSocketGateway(FAST)
  class EchoGateway {
    @SubscribeMessage(event)
    echo(@MessageBody('text') text: string, @MessageBody('n') n: number) {
      return { event, data: { text, n } };
    }
  }
  return EchoGateway;
}

serve(() => {
  const events = Array.from({ length: GATEWAY_COUNT }, (_, index) => `echo${index + 1}`);
  return startNestSocketIo(...events.map((event) => createGateway(event)));
});
