import { WebSocketGateway } from '@nestjs/websockets';
import { type BounceSocket, BroadcastService, OnEvent } from 'bounce-ws';
import { describe, expect, it } from 'vitest';
import { MadeResources } from '../../support/made-resources.js';
import { connectMany, useApps } from '../../support/use-apps.js';

const CONNECTIONS = 4;

const start = useApps();

@WebSocketGateway()
class RoomGateway {
  @OnEvent('connect')
  greet(client: BounceSocket): Promise<void> {
    return client.join('tea');
  }
}

describe('A room without history on a server with it, in counts that no load changes', () => {
  it('is asked about once a member and once a message, and makes no promise for a message', async () => {
    const asked: string[] = [];
    const rooms = (room: string): boolean => {
      asked.push(room);
      return false;
    };
    const started = await start({ providers: [RoomGateway], options: { history: { rooms } } });
    const connections = await connectMany(started, CONNECTIONS);
    for (const { peer } of connections) expect(await peer.barrier()).toEqual([]);
    expect(asked).toEqual(Array<string>(CONNECTIONS).fill('tea'));
    const made = new MadeResources();
    made.start();
    started.app.get(BroadcastService).to('tea').emit('kettle', { on: true });
    made.stop();
    for (const { peer } of connections) {
      expect(Object.keys(await peer.next('kettle'))).toEqual(['event', 'data', 'timestamp']);
    }
    expect([made.of('PROMISE'), made.of('Immediate'), made.of('Timeout')]).toEqual([0, 1, 0]);
    expect(asked).toHaveLength(CONNECTIONS + 1);
  });
});
