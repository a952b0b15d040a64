import { Module } from '@nestjs/common';
import { BounceWsModule } from 'bounce-ws';
import { engine } from './engine.js';
import { NotificationGateway } from './notification.gateway.js';
import { PresenceAnnouncer } from './presence.announcer.js';
import { SessionController } from './session.controller.js';
import { TokenService } from './token.service.js';
import { UsersController } from './users.controller.js';
import { UsersModule } from './users.module.js';

@Module({
  imports: [
    UsersModule,
    BounceWsModule.forRootAsync({
      imports: [UsersModule],
      inject: [TokenService],
      useFactory: ({ authenticator }: TokenService) => ({
        ...engine(process.env['REDIS_URL']),
        auth: { authenticator },
      }),
    }),
  ],
  controllers: [SessionController, UsersController],
  providers: [NotificationGateway, PresenceAnnouncer],
})
export class AppModule {}
