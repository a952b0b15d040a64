import { type DynamicModule, Module } from '@nestjs/common';
import { type AuthenticatedUser, BounceWsModule } from 'bounce-ws';
import { redisEngine } from 'bounce-ws/redis';
import { InspectionController } from './inspection.controller.js';
import { TalkGateway } from './talk.gateway.js';

/** Takes every token for the name of a user: who somebody is does not matter here. */
const authenticator = {
  authenticate: (userId: string): AuthenticatedUser => ({ userId, user: { name: userId } }),
};

/** Rooms that are called so have history: more than is said while Redis, or a node, is away. */
const history = { size: 500, rooms: (room: string): boolean => room.startsWith('history:') };

/** One node of a deployment that is about to have a bad time: everything else at its default. */
@Module({ controllers: [InspectionController], providers: [TalkGateway] })
export class NodeModule {
  static forRoot(redisUrl: string): DynamicModule {
    const bounceWs = BounceWsModule.forRoot({
      engine: redisEngine({ url: redisUrl }),
      auth: { authenticator, required: true },
      history,
    });
    return { module: NodeModule, imports: [bounceWs] };
  }
}
