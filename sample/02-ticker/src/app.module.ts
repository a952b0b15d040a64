import { Module } from '@nestjs/common';
import { BounceWsModule } from 'bounce-ws';
import { LoadSender } from './load.sender.js';
import { MarketGateway } from './market.gateway.js';
import { WaveGateway } from './wave.gateway.js';

@Module({
  imports: [BounceWsModule.forRoot()],
  providers: [MarketGateway, WaveGateway, LoadSender],
})
export class AppModule {}
