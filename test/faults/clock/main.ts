import 'reflect-metadata';
import type { AddressInfo } from 'node:net';
import { Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { BounceWsModule } from 'bounce-ws';
import { redisEngine } from 'bounce-ws/redis';
import { ClockGateway } from './clock.gateway.js';

const { REDIS_URL = '', LEASE_MS, GRACE_MS } = process.env;

@Module({
  imports: [
    BounceWsModule.forRoot({
      engine: redisEngine({ url: REDIS_URL }),
      presence: { leaseMs: Number(LEASE_MS), graceMs: Number(GRACE_MS) },
    }),
  ],
  providers: [ClockGateway],
})
class ClockModule {}

const app = await NestFactory.create(ClockModule, { logger: ['fatal', 'error', 'warn'] });
app.enableShutdownHooks();
await app.listen(0, '127.0.0.1');
console.log(`listening on ${(app.getHttpServer().address() as AddressInfo).port}`);
