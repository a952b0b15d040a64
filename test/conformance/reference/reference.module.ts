import { type DynamicModule, Module } from '@nestjs/common';
import { BounceWsModule, memoryEngine } from 'bounce-ws';
import { JwtAuthenticator } from 'bounce-ws/jwt';
import { redisEngine } from 'bounce-ws/redis';
import { ClockSender } from './clock.sender.js';
import { FailureGateway } from './failure.gateway.js';
import { HealthController } from './health.controller.js';
import { HistoryGateway } from './history.gateway.js';
import { MetricsController } from './metrics.controller.js';
import { NewsGateway } from './news.gateway.js';
import { NewsSender } from './news.sender.js';
import { PresenceGateway } from './presence.gateway.js';
import { ReferenceGateway } from './reference.gateway.js';
import { RoomGateway } from './room.gateway.js';
import { UserGateway } from './user.gateway.js';
import { findUser, SECRET } from './users.js';
import { UsersController } from './users.controller.js';

/** What the reference server can be asked to do otherwise. */
export interface ReferenceOptions {
  /** Whether everybody needs a token. */
  readonly auth: 'required' | 'optional';
  /** The Redis that makes it one of several nodes. @default none, it is alone */
  readonly redisUrl?: string | undefined;
}

/** The application of PROTOCOL.md, section 13. */
@Module({
  controllers: [HealthController, MetricsController, UsersController],
  providers: [
    ReferenceGateway,
    RoomGateway,
    HistoryGateway,
    UserGateway,
    PresenceGateway,
    FailureGateway,
    NewsGateway,
    NewsSender,
    ClockSender,
  ],
})
export class ReferenceModule {
  static forRoot({ auth, redisUrl }: ReferenceOptions): DynamicModule {
    const authenticator = new JwtAuthenticator({
      algorithms: ['HS256'],
      secret: SECRET,
      loadUser: findUser,
    });
    const bounceWs = BounceWsModule.forRoot({
      endpoints: [
        { path: '/ws' },
        { path: '/wszero', codec: 'wszero' },
        { path: '/microsockets', codec: 'microsockets' },
        { path: '/bazis', codec: 'bazis' },
      ],
      engine: redisUrl === undefined ? memoryEngine() : redisEngine({ url: redisUrl }),
      auth: { authenticator, required: auth === 'required' },
      history: { rooms: (room) => room.startsWith('history:') },
    });
    return { module: ReferenceModule, imports: [bounceWs] };
  }
}
