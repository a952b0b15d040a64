import { WebSocketGateway } from '@nestjs/websockets';
import { type BounceSocket, ConnectionRegistry, OnEvent } from 'bounce-ws';
import { redisEngine } from 'bounce-ws/redis';
import { serve } from '../support/serve.js';
import { startBounceWith } from './bounce.js';

@WebSocketGateway()
class UserGateway {
  constructor(private readonly connections: ConnectionRegistry) {}

  @OnEvent('connect')
  signIn(client: BounceSocket) {
    const id = client.handshake.query.get('user');
    if (id !== null) this.connections.identify(client, { userId: id, user: { id } });
  }
}

serve(({ redisUrl = '' }) =>
  startBounceWith({ engine: redisEngine({ url: redisUrl }) }, UserGateway),
);
