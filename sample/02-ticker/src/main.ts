import 'reflect-metadata';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { NestFactory } from '@nestjs/core';
import type { NestExpressApplication } from '@nestjs/platform-express';
import { AppModule } from './app.module.js';

const app = await NestFactory.create<NestExpressApplication>(AppModule, {
  logger: ['warn', 'error'],
});
app.useStaticAssets(join(import.meta.dirname, '..', 'public'));
app.useStaticAssets(join(import.meta.dirname, '../../shared'), { prefix: '/shared' });
app.enableShutdownHooks();
await app.listen(process.env['PORT'] ?? 3000);

const { port } = app.getHttpServer().address() as AddressInfo;
console.log(`Ticker: http://localhost:${port}`);
