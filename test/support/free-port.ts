import { once } from 'node:events';
import { type AddressInfo, createServer, type Server } from 'node:net';

const LAST_PORT = 65_535;

/**
 * A port of 127.0.0.1 that nobody uses now.
 *
 * @param alsoFree - how much higher another port has to be free as well: that of a Redis Cluster's bus
 */
export async function freePort(alsoFree = 0): Promise<number> {
  for (;;) {
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    const isFree =
      alsoFree === 0 || (port + alsoFree <= LAST_PORT && (await isUnused(port + alsoFree)));
    await close(server);
    if (isFree) return port;
  }
}

async function isUnused(port: number): Promise<boolean> {
  const server = createServer().listen(port, '127.0.0.1');
  try {
    await once(server, 'listening');
  } catch {
    return false;
  }
  await close(server);
  return true;
}

async function close(server: Server): Promise<void> {
  server.close();
  await once(server, 'close');
}
