import { type DynamicModule, Module } from '@nestjs/common';
import { type AuthenticatedUser, BounceWsModule } from 'bounce-ws';
import { redisEngine } from 'bounce-ws/redis';
import { InspectionController } from './inspection.controller.js';
import { TalkGateway } from './talk.gateway.js';

/** Takes every token for the name of a user: who somebody is does not matter here. */
const authenticator = {
  authenticate: (userId: string): AuthenticatedUser => ({ userId, user: { name: userId } }),
};

/** One node of a deployment that is about to have a bad time: everything at its default. */
@Module({ controllers: [InspectionController], providers: [TalkGateway] })
export class NodeModule {
  static forRoot(redisUrl: string): DynamicModule {
    const bounceWs = BounceWsModule.forRoot({
      engine: redisEngine({ url: redisUrl }),
      auth: { authenticator, required: true },
    });
    return { module: NodeModule, imports: [bounceWs] };
  }
}
