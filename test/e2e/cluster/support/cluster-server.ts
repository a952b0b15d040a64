import 'reflect-metadata';
import type { AddressInfo } from 'node:net';
import { Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { BounceWsModule } from 'bounce-ws';
import { redisEngine } from 'bounce-ws/redis';
import { CLUSTER_PROVIDERS } from './cluster.gateway.js';

const { REDIS_URL: url = '', PREFIX: prefix = '' } = process.env;

/** One node of a cluster, in a process of its own. */
@Module({
  imports: [BounceWsModule.forRoot({ engine: redisEngine({ url, prefix }) })],
  providers: CLUSTER_PROVIDERS,
})
class ClusterModule {}

const app = await NestFactory.create(ClusterModule, { logger: ['fatal', 'error', 'warn'] });
app.enableShutdownHooks();
await app.listen(0, '127.0.0.1');
console.log(`listening on ${(app.getHttpServer().address() as AddressInfo).port}`);
