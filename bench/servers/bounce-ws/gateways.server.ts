import type { Type } from '@nestjs/common';
import { WebSocketGateway } from '@nestjs/websockets';
import { type BounceSocket, OnEvent } from 'bounce-ws';
import { GATEWAY_COUNT } from '../../payloads.js';
import { serve } from '../support/serve.js';
import { startBounce } from './bounce.js';

function createGateway(event: string): Type {
  @WebSocketGateway()
  class EchoGateway {
    @OnEvent(event)
    echo(_client: BounceSocket, text: string, n: number) {
      return { text, n };
    }
  }
  return EchoGateway;
}

serve(() => {
  const events = Array.from({ length: GATEWAY_COUNT }, (_, index) => `echo${index + 1}`);
  return startBounce(...events.map((event) => createGateway(event)));
});
