import { Module, type INestApplication, type Type } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { BounceWsModule } from './bounce-ws.module.js';
import type { BounceWsOptions } from './bounce-ws.options.js';

/** Options of {@link runServer}: those of the module, and where to listen. */
export interface RunServerOptions extends BounceWsOptions {
  /** The port; 0 takes a free one. @default 8000 */
  readonly port?: number;
  /** The address to listen on. @default all of this machine's */
  readonly host?: string;
  /** A folder whose files are served, with `index.html` at `/`. @default none */
  readonly publicDir?: string;
}

/** The part of Nest's Express application that serves files; a peer dependency that only this needs. */
interface StaticAssets {
  useStaticAssets(path: string): unknown;
}

const DEFAULT_PORT = 8_000;

/**
 * Serves one gateway, or several, and a folder of files: a whole Nest app in one call. The idea is websocket-zero's. Needs
 * `@nestjs/platform-express`, which `nest new` installs.
 *
 * @returns the app; it ends on SIGINT and SIGTERM, or with `app.close()`
 * @example
 * await runServer(ChatGateway, { port: 8000, publicDir: 'public' });
 */
export async function runServer(
  gateways: Type | readonly Type[],
  { port = DEFAULT_PORT, host, publicDir, ...options }: RunServerOptions = {},
): Promise<INestApplication> {
  @Module({ imports: [BounceWsModule.forRoot(options)], providers: [gateways].flat() })
  class ServerModule {}

  // A boot that fails rejects, as everything that returns a promise does; Nest's default would abort the process.
  const app = await NestFactory.create(ServerModule, { abortOnError: false });
  app.enableShutdownHooks();
  if (publicDir !== undefined) (app as unknown as StaticAssets).useStaticAssets(publicDir);
  await (host === undefined ? app.listen(port) : app.listen(port, host));
  return app;
}
