import { Module } from '@nestjs/common';
import { BounceWsModule } from 'bounce-ws';
import { ClockSender } from './clock.sender.js';
import { FailureGateway } from './failure.gateway.js';
import { HealthController } from './health.controller.js';
import { NewsGateway } from './news.gateway.js';
import { NewsSender } from './news.sender.js';
import { ReferenceGateway } from './reference.gateway.js';
import { RoomGateway } from './room.gateway.js';

/** The application of PROTOCOL.md, section 13. */
@Module({
  imports: [
    BounceWsModule.forRoot({
      endpoints: [
        { path: '/ws' },
        { path: '/wszero', codec: 'wszero' },
        { path: '/microsockets', codec: 'microsockets' },
        { path: '/bazis', codec: 'bazis' },
      ],
    }),
  ],
  controllers: [HealthController],
  providers: [ReferenceGateway, RoomGateway, FailureGateway, NewsGateway, NewsSender, ClockSender],
})
export class ReferenceModule {}
