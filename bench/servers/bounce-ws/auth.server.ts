import { WebSocketGateway } from '@nestjs/websockets';
import { type BounceSocket, OnEvent } from 'bounce-ws';
import { JwtAuthenticator } from 'bounce-ws/jwt';
import { serve } from '../support/serve.js';
import { ALGORITHM, KEY } from '../support/token.js';
import { startBounceWith } from './bounce.js';

@WebSocketGateway()
class EchoGateway {
  @OnEvent('echo')
  echo(_client: BounceSocket, text: string, n: number) {
    return { text, n };
  }
}

serve(() =>
  startBounceWith(
    {
      auth: {
        authenticator: new JwtAuthenticator({
          algorithms: [ALGORITHM],
          key: KEY,
          loadUser: (id) => ({ id }),
        }),
        required: true,
      },
    },
    EchoGateway,
  ),
);
