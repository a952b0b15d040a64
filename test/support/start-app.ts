import type { AddressInfo } from 'node:net';
import {
  type INestApplication,
  type LoggerService,
  Module,
  type ModuleMetadata,
} from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { BounceWsModule, type BounceWsOptions } from 'bounce-ws';

/** A Nest app that listens on a free port, and what it logged. */
export interface StartedApp {
  readonly app: INestApplication;
  /** `ws://127.0.0.1:port`, or `wss:` over TLS */
  readonly url: string;
  readonly port: number;
  readonly log: RecordingLogger;
}

/** Keeps what an app logs, so that a test can read it and the test output stays readable. */
export class RecordingLogger implements LoggerService {
  readonly errors: string[] = [];
  readonly warnings: string[] = [];

  log(): void {
    // Of no interest.
  }

  error(message: unknown, ...rest: unknown[]): void {
    this.errors.push([message, ...rest].join(' '));
  }

  warn(message: unknown, ...rest: unknown[]): void {
    this.warnings.push([message, ...rest].join(' '));
  }
}

/** What an app under test is made of. */
export interface AppSetup extends ModuleMetadata {
  readonly options?: BounceWsOptions;
  /** Runs before the app listens, as the lines between `create` and `listen` of a `main.ts`. */
  readonly configure?: (app: INestApplication) => void;
  /** The key and the certificate of an app that is reached over TLS. */
  readonly httpsOptions?: { readonly key: string; readonly cert: string };
}

const SHUTDOWN_TIMEOUT_MS = 3_000;

/** Starts an app as its `main.ts` would, with nothing but `BounceWsModule.forRoot()`. */
export async function startApp({
  options,
  configure,
  httpsOptions,
  imports = [],
  ...metadata
}: AppSetup): Promise<StartedApp> {
  // A handler that a test leaves at work for ever is not worth ten seconds of it.
  const bounceWs = BounceWsModule.forRoot({ shutdownTimeoutMs: SHUTDOWN_TIMEOUT_MS, ...options });

  @Module({ ...metadata, imports: [bounceWs, ...imports] })
  class AppModule {}

  const log = new RecordingLogger();
  const app = await NestFactory.create(AppModule, {
    logger: log,
    abortOnError: false,
    ...(httpsOptions !== undefined && { httpsOptions }),
  });
  configure?.(app);
  await app.listen(0, '127.0.0.1');
  const { port } = app.getHttpServer().address() as AddressInfo;
  return {
    app,
    port,
    log,
    url: `${httpsOptions === undefined ? 'ws' : 'wss'}://127.0.0.1:${port}`,
  };
}
