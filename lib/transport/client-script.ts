import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { Inject, Injectable } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import { BOUNCE_WS_OPTIONS } from '../common/index.js';
import type { ResolvedTransportOptions } from './transport.settings.js';

/** Where the browser client is served. */
const SCRIPT_PATH = '/bounce-ws/client.js';

const FILES: ReadonlyMap<string, { readonly type: string; readonly suffix: string }> = new Map([
  [SCRIPT_PATH, { type: 'text/javascript; charset=utf-8', suffix: '' }],
  ['/bounce-ws/bounce-ws.js.map', { type: 'application/json', suffix: '.map' }],
]);

/** Serves the browser client to pages that load it with a script tag. */
@Injectable()
export class ClientScript {
  constructor(
    private readonly httpHost: HttpAdapterHost,
    @Inject(BOUNCE_WS_OPTIONS) private readonly options: ResolvedTransportOptions,
  ) {}

  /** Adds the routes. To be called before Nest closes its router with the answer 404. */
  serve(): void {
    const { httpAdapter } = this.httpHost;
    if (!this.options.serveClient || typeof httpAdapter?.get !== 'function') return;
    for (const [path, { type, suffix }] of FILES) {
      // Past controllers on purpose: global prefixes and guards are for the app's own routes.
      httpAdapter.get(path, async (_request: unknown, response: unknown) => {
        const body = await readFile(scriptFile() + suffix, 'utf8');
        httpAdapter.setHeader(response, 'Content-Type', type);
        httpAdapter.setHeader(response, 'Cache-Control', 'no-cache');
        httpAdapter.reply(response, body, 200);
      });
    }
  }
}

// Through the package's own exports, so that it is found from the sources and from the build alike.
function scriptFile(): string {
  return createRequire(import.meta.url).resolve('bounce-ws/client.js');
}
