import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

/** Serves files, and knows nothing else: what a content delivery network is to a page. */
export class StaticHost {
  private constructor(private readonly server: Server) {}

  /** @param files what is served under which path, and as what */
  static async listen(
    files: Readonly<Record<string, { readonly file: URL; readonly type: string }>>,
  ): Promise<StaticHost> {
    const served = new Map(
      await Promise.all(
        Object.entries(files).map(async ([path, { file, type }]) => {
          return [path, { body: await readFile(file), type }] as const;
        }),
      ),
    );
    const server = createServer((request, response) => {
      const { pathname } = new URL(request.url ?? '/', 'http://localhost');
      const found = served.get(pathname);
      if (found === undefined) response.writeHead(404).end();
      else response.writeHead(200, { 'Content-Type': found.type }).end(found.body);
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    return new StaticHost(server);
  }

  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}/`;
  }

  async close(): Promise<void> {
    const closed = once(this.server, 'close');
    this.server.close();
    this.server.closeAllConnections();
    await closed;
  }
}
