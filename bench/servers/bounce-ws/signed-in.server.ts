import { WebSocketGateway } from '@nestjs/websockets';
import { type Authenticator, type BounceSocket, OnEvent, PresenceService } from 'bounce-ws';
import { addHandlers } from '../support/more-handlers.js';
import { serve } from '../support/serve.js';
import { startBounceWith } from './bounce.js';

const ROOM_SIZE = 10;

/** A number is a token, and the user's id. */
const authenticator: Authenticator = {
  authenticate: (token) => ({ userId: token, user: { id: token } }),
};

@WebSocketGateway()
class HomeGateway {
  constructor(private readonly presence: PresenceService) {}

  /** Everybody is online, sits in a room, and with `seen` in the address is seen there by the others. */
  @OnEvent('connect')
  sitDown(client: BounceSocket): Promise<void> {
    const room = `room-${Math.floor(Number(client.userId) / ROOM_SIZE)}`;
    return client.handshake.query.has('seen')
      ? this.presence.track(client, room)
      : client.join(room);
  }
}

serve(({ handlers }) => {
  addHandlers(
    HomeGateway,
    handlers,
    OnEvent,
    () =>
      function (_client: BounceSocket, text: string, n: number) {
        return { text, n };
      },
  );
  return startBounceWith({ auth: { authenticator, required: true } }, HomeGateway);
});
