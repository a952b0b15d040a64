import 'reflect-metadata';
import type { AddressInfo } from 'node:net';
import { Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { WebSocketGateway } from '@nestjs/websockets';
import { BounceSocket, BounceWsModule, BroadcastService, OnEvent } from 'bounce-ws';
import { redisEngine, type RedisEngineOptions } from 'bounce-ws/redis';

@WebSocketGateway()
class NewsGateway {
  constructor(private readonly broadcast: BroadcastService) {}

  @OnEvent('tell')
  tell(_client: BounceSocket, text: string): void {
    this.broadcast.toAll().emit('news', { text });
  }
}

const options: RedisEngineOptions = { url: process.env['REDIS_URL'] ?? '', prefix: 'news' };

@Module({
  imports: [BounceWsModule.forRoot({ engine: redisEngine(options) })],
  providers: [NewsGateway],
})
class NewsModule {}

const app = await NestFactory.create(NewsModule, { logger: ['fatal', 'error', 'warn'] });
app.enableShutdownHooks();
await app.listen(0);
const { port } = app.getHttpServer().address() as AddressInfo;
console.log(`listening on ${port}`);
