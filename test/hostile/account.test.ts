import { EventEmitter } from 'node:events';
import { type BounceSocket, ConnectionRegistry, EmitEvery, PresenceService } from 'bounce-ws';
import { WebSocketGateway } from '@nestjs/websockets';
import { describe, expect, it } from 'vitest';
import { asked, userOf } from '../support/auth-app.js';
import { TimerAccount } from '../support/timers.js';
import { connectMany, useApps } from '../support/use-apps.js';
import { WsPeer } from '../support/ws-peer.js';
import { socketsLeft } from '../support/sockets-left.js';
import { takeInventory } from './support/inventory.js';

const start = useApps();

@WebSocketGateway()
class TickGateway {
  @EmitEvery('tick', { intervalMs: 20 })
  tick() {
    return {};
  }
}

/** What the other files hold after each of their tests would be worth nothing if it could not fail. */
describe('the inventory', () => {
  it('shows a connection, its room, its user and the timer that it keeps going', async () => {
    const timers = new TimerAccount().open();
    try {
      const { app, url } = await start({
        providers: [TickGateway],
        options: {
          ...asked((token) => userOf(token), { required: false }),
          presence: { graceMs: 0 },
        },
      });
      const before = await takeInventory(app, timers);
      const peer = await WsPeer.connect(`${url}?token=alice`);
      await peer.request('subscribe', { events: ['tick'] });
      const [socket] = app.get(ConnectionRegistry).sockets;
      await socket!.join('tea');
      const during = await takeInventory(app, timers);
      expect(during).toMatchObject({ connections: 1, rooms: ['tea'], usersOnline: 1 });
      expect(during.timers).toBeGreaterThan(before.timers);
      await peer.close();
      await expect.poll(() => takeInventory(app, timers)).toEqual(before);
      expect(await app.get(PresenceService).isOnline('alice')).toBe(false);
      await app.close();
      expect(await timers.alive()).toEqual([]);
    } finally {
      timers.close();
    }
  });

  it('shows listeners that stay behind, and what was done to Object.prototype', async () => {
    const { app } = await start();
    const timers = new TimerAccount();
    const before = await takeInventory(app, timers);
    const server = app.getHttpServer() as EventEmitter;
    const listener = (): void => undefined;
    server.on('upgrade', listener);
    process.on('SIGUSR2', listener);
    // What a merge of a payload with the key __proto__ does.
    const prototype = Object.getPrototypeOf({}) as object;
    Object.defineProperty(prototype, 'polluted', { value: 1, configurable: true });
    const after = await takeInventory(app, timers);
    Reflect.deleteProperty(prototype, 'polluted');
    process.off('SIGUSR2', listener);
    server.off('upgrade', listener);
    expect(after.prototype).toContain('polluted');
    expect(after.serverListeners).not.toEqual(before.serverListeners);
    expect(after.processListeners).not.toEqual(before.processListeners);
    expect(await takeInventory(app, timers)).toEqual(before);
  });
});

/** Sockets that are closed, and that only the list holds: nothing in a test that waits does. */
async function closedSockets(count: number): Promise<BounceSocket[]> {
  const held: BounceSocket[] = [];
  const started = await start();
  for (const { peer, socket } of await connectMany(started, count)) {
    held.push(socket);
    await peer.close();
  }
  await started.app.close();
  return held;
}

describe('the search for sockets in memory', () => {
  it('finds those that somebody still holds, and none that nobody does', async () => {
    const held = await closedSockets(3);
    expect(await socketsLeft(3)).toBe(3);
    held.length = 0;
    expect(await socketsLeft()).toBe(0);
  });
});
