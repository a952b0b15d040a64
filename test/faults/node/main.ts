import 'reflect-metadata';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { NestFactory } from '@nestjs/core';
import { NodeModule } from './node.module.js';

const { PORT = '0', REDIS_URL = '' } = process.env;
const app = await NestFactory.create(NodeModule.forRoot(REDIS_URL), {
  logger: ['fatal', 'error', 'warn'],
});
app.enableShutdownHooks();
await app.listen(Number(PORT), '127.0.0.1');
const { port } = (app.getHttpServer() as Server).address() as AddressInfo;
console.log(`listening on ${port}`);
