import 'reflect-metadata';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type INestApplication, Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { WebSocketGateway } from '@nestjs/websockets';
import { type BounceSocket, BounceWsModule, OnEvent } from 'bounce-ws';

@WebSocketGateway()
class EchoGateway {
  @OnEvent('echo')
  echo(_client: BounceSocket, text: string, n: number) {
    return { text, n };
  }
}

// Counted as by default, but so high that the benchmark does not reach it.
@Module({
  imports: [BounceWsModule.forRoot({ rateLimit: { perSecond: 1e9, burst: 1e9 } })],
  providers: [EchoGateway],
})
class AppModule {}

const app: INestApplication<Server> = await NestFactory.create(AppModule, {
  logger: ['fatal', 'error', 'warn'],
});
await app.listen(0, '127.0.0.1');
process.send?.((app.getHttpServer().address() as AddressInfo).port);
process.once('disconnect', () => void app.close());
