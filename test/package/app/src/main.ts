import 'reflect-metadata';
import type { AddressInfo } from 'node:net';
import { Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { BounceWsModule } from 'bounce-ws';
import { AddGateway } from './add.gateway.js';

@Module({ imports: [BounceWsModule.forRoot()], providers: [AddGateway] })
class AppModule {}

const app = await NestFactory.create(AppModule, { logger: ['fatal', 'error', 'warn'] });
app.enableShutdownHooks();
await app.listen(0);
const { port } = app.getHttpServer().address() as AddressInfo;
console.log(`listening on ${port}`);
