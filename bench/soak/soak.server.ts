import 'reflect-metadata';
import type { AddressInfo } from 'node:net';
import { Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { type Authenticator, BounceWsModule } from 'bounce-ws';
import { redisEngine } from 'bounce-ws/redis';
import { answerCalls } from '../harness/remote-calls.js';
import { NodeVitals } from './node-vitals.js';
import type { SoakCalls, SoakSettings } from './soak-calls.interface.js';
import { LOSE, SoakGateway } from './soak.gateway.js';

/** A node of the soak, in a process of its own. */

const { redisUrl, lose } = JSON.parse(process.argv[2] ?? '{}') as SoakSettings;

/** Whoever says a name is believed: tokens that end would end the soak. */
const authenticator: Authenticator = {
  authenticate: (token) => ({ userId: token, user: { id: token } }),
};

@Module({
  imports: [
    BounceWsModule.forRoot({
      engine: redisEngine({ url: redisUrl }),
      auth: { authenticator, required: true },
    }),
  ],
  providers: [SoakGateway, NodeVitals, { provide: LOSE, useValue: lose }],
})
class SoakModule {}

// A Redis that goes away is logged as an error, and is what this is about.
const app = await NestFactory.create(SoakModule, { logger: ['fatal'] });
const listening = app.listen(0, '127.0.0.1');

const calls: SoakCalls = {
  port: async () => {
    await listening;
    return (app.getHttpServer() as { address(): AddressInfo }).address().port;
  },
  vitals: () => app.get(NodeVitals).read(),
  census: () => app.get(NodeVitals).census(),
  close: () => app.close(),
};
answerCalls(calls);
