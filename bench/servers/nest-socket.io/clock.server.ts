import {
  ConnectedSocket,
  MessageBody,
  type OnGatewayInit,
  SubscribeMessage,
  WebSocketGateway,
} from '@nestjs/websockets';
import type { Server, Socket } from 'socket.io';
import { CLOCK_HZ, NEWS } from '../../payloads.js';
import { serve } from '../support/serve.js';
import { FAST, startNestSocketIo } from './nest-socket-io.js';

@WebSocketGateway(FAST)
class ClockGateway implements OnGatewayInit<Server> {
  afterInit(server: Server): void {
    setInterval(() => server.to('clock').emit('clock', NEWS), 1_000 / CLOCK_HZ);
  }

  @SubscribeMessage('subscribe')
  async subscribe(@ConnectedSocket() client: Socket, @MessageBody('events') events: string[]) {
    await client.join(events);
    return { event: 'subscribe', data: { events } };
  }
}

serve(() => startNestSocketIo(ClockGateway));
