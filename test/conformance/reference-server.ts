import 'reflect-metadata';
import type { AddressInfo } from 'node:net';
import { pathToFileURL } from 'node:url';
import type { LogLevel } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { type ReferenceOptions, ReferenceModule } from './reference/reference.module.js';

const DEFAULT_PORT = 3999;

/** What {@link startReferenceServer} takes. */
export interface ReferenceServerOptions extends Partial<ReferenceOptions> {
  /** 0 takes a free one. */
  readonly port: number;
  /** What Nest logs; `false` for nothing. @default ['fatal', 'error', 'warn'] */
  readonly logger?: LogLevel[] | false;
}

/** A running reference server. */
export interface ReferenceServer {
  readonly port: number;
  /** The address of its endpoint. */
  readonly url: string;
  close(): Promise<void>;
}

/** Starts the reference server of PROTOCOL.md, section 13; resolves when it accepts connections. */
export async function startReferenceServer({
  port,
  auth = 'optional',
  redisUrl,
  logger = ['fatal', 'error', 'warn'],
}: ReferenceServerOptions): Promise<ReferenceServer> {
  const app = await NestFactory.create(ReferenceModule.forRoot({ auth, redisUrl }), { logger });
  app.enableShutdownHooks();
  await app.listen(port);
  const address = app.getHttpServer().address() as AddressInfo;
  return {
    port: address.port,
    url: `ws://127.0.0.1:${address.port}/ws`,
    close: () => app.close(),
  };
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  const { PORT = DEFAULT_PORT, AUTH, REDIS_URL } = process.env;
  const { port } = await startReferenceServer({
    port: Number(PORT),
    auth: AUTH === 'required' ? 'required' : 'optional',
    redisUrl: REDIS_URL,
  });
  console.log(`listening on ${port}`);
}
