import { Module } from '@nestjs/common';
import { BounceWsModule } from 'bounce-ws';
import { ChatGateway } from './chat.gateway.js';
import { ChatHistory } from './chat-history.js';
import { PeopleRegistry } from './people.registry.js';

@Module({
  imports: [BounceWsModule.forRoot()],
  providers: [ChatGateway, ChatHistory, PeopleRegistry],
})
export class AppModule {}
