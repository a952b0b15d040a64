import type { OnModuleInit } from '@nestjs/common';
import {
  ConnectedSocket,
  MessageBody,
  type OnGatewayDisconnect,
  SubscribeMessage,
  WebSocketGateway,
} from '@nestjs/websockets';
import type { WebSocket } from 'ws';
import { CLOCK_HZ, NEWS } from '../../payloads.js';
import { serve } from '../support/serve.js';
import { startNestWs } from './nest-ws.js';

@WebSocketGateway()
class ClockGateway implements OnModuleInit, OnGatewayDisconnect {
  private readonly subscribers = new Set<WebSocket>();

  onModuleInit(): void {
    setInterval(() => this.tick(), 1_000 / CLOCK_HZ);
  }

  @SubscribeMessage('subscribe')
  subscribe(@ConnectedSocket() client: WebSocket, @MessageBody('events') events: string[]) {
    this.subscribers.add(client);
    return { event: 'subscribe', data: { events } };
  }

  handleDisconnect(client: WebSocket): void {
    this.subscribers.delete(client);
  }

  private tick(): void {
    const message = { event: 'clock', data: NEWS };
    for (const subscriber of this.subscribers) subscriber.send(JSON.stringify(message));
  }
}

serve(() => startNestWs(ClockGateway));
