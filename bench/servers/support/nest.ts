import 'reflect-metadata';
import type { AddressInfo } from 'node:net';
import type { INestApplication, Type } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';

/** Boots a Nest application as in production; the three Nest servers differ in their gateways and adapter only. */
export async function startNest(
  module: Type,
  configure?: (app: INestApplication) => void,
): Promise<{ readonly app: INestApplication; readonly port: number }> {
  const app = await NestFactory.create(module, { logger: ['warn', 'error'] });
  configure?.(app);
  await app.listen(0, '127.0.0.1');
  const { port } = (app.getHttpServer() as { address(): AddressInfo }).address();
  return { app, port };
}
