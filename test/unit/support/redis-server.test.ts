import { createClient } from 'redis';
import { afterEach, describe, expect, it } from 'vitest';
import { RedisServer } from '../../support/redis-server.js';

describe('RedisServer', () => {
  const started: RedisServer[] = [];
  afterEach(() => Promise.all(started.splice(0).map((server) => server.stop())));

  async function start(...args: Parameters<typeof RedisServer.start>): Promise<RedisServer> {
    const server = await RedisServer.start(...args);
    started.push(server);
    return server;
  }

  async function ask(server: RedisServer, ...command: string[]): Promise<unknown> {
    const client = createClient({ url: server.url, socket: { reconnectStrategy: false } });
    client.on('error', () => undefined);
    await client.connect();
    try {
      return await client.sendCommand(command);
    } finally {
      client.destroy();
    }
  }

  it('is there when start resolves, each on a port of its own', async () => {
    const [one, other] = await Promise.all([start(), start()]);
    expect(await ask(one, 'SET', 'key', 'value')).toBe('OK');
    expect(await ask(other, 'GET', 'key')).toBeNull();
  });

  it('is gone when it was killed, and back and empty when it was restarted', async () => {
    const server = await start();
    await ask(server, 'SET', 'key', 'value');
    await server.kill();
    await expect(ask(server, 'PING')).rejects.toThrow('ECONNREFUSED');
    await server.restart();
    expect(await ask(server, 'GET', 'key')).toBeNull();
  });

  it('answers only after it was thawed', async () => {
    const server = await start();
    server.freeze();
    let isAnswered = false;
    const answer = ask(server, 'PING').then((reply) => {
      isAnswered = true;
      return reply;
    });
    await new Promise((resolve) => setTimeout(resolve, 100));
    expect(isAnswered).toBe(false);
    server.thaw();
    expect(await answer).toBe('PONG');
  });

  it('takes settings', async () => {
    const server = await start({ settings: { maxmemory: '12mb' } });
    expect(await ask(server, 'CONFIG', 'GET', 'maxmemory')).toMatchObject({
      maxmemory: '12582912',
    });
  });
});
