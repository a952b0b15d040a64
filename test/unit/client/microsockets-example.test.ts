/* oxlint-disable unicorn/prefer-add-event-listener -- the example is written with these properties */
import { WebSocketGateway } from '@nestjs/websockets';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { BounceClient } from 'bounce-ws/client';
import { type BounceSocket, type EventMiddleware, OnEvent, Payload } from 'bounce-ws';
import { expectNoUnhandledErrors } from '../../support/unhandled.js';
import { useApps } from '../../support/use-apps.js';

interface Join {
  readonly room: string;
  readonly user: number;
}

/** The example's app. */
@WebSocketGateway()
class App {
  @OnEvent('join')
  async handle(ws: BounceSocket, @Payload() payload: Join) {
    const { room, user } = payload;
    await ws.join(room);
    // Emit event back to client, may pass a payload as second argument
    ws.emit('joined');
    // Broadcast to all other users in the room. skipSelf: false would send it to current client as well.
    ws.broadcast('user joined', JSON.stringify({ user }), { to: [room] });
  }
}

/** The example's `before_on` hook. */
const loadPayload: EventMiddleware = (context, next) => {
  context.data = JSON.parse(context.data as string);
  return next();
};

/** The example's page, in a tab of its own. */
class Tab {
  readonly body: string[] = [];
  readonly socket: BounceClient;

  constructor(url: string, user: number) {
    const document = { write: (text: string) => this.body.push(text) };

    const socket = new BounceClient(url);
    // socket.on(event, handler): Add event handler
    // socket.off(event, handler?): Remove event handler(s)
    // socket.emit(event, payload): in place of the overridden send

    // The full WebSocket API is still available.
    socket.onopen = () => {
      document.write('[open] Connection established <br />');
      document.write('Joining room <br />');
      socket.emit('join', JSON.stringify({ room: 'gamers', user }));
    };

    socket.on('joined', (payload) => {
      document.write(`[joined] Payload: ${JSON.stringify(payload)} <br />`);
    });

    socket.on('user joined', (payload: string) => {
      document.write(`[user joined] Payload: ${payload} <br />`);
    });

    this.socket = socket;
  }

  async shows(line: string): Promise<void> {
    await vi.waitFor(() => expect(this.body).toContain(line));
  }
}

describe("microsockets' example", () => {
  const start = useApps();
  const tabs: Tab[] = [];
  expectNoUnhandledErrors();
  afterEach(() => {
    for (const { socket } of tabs.splice(0)) socket.close();
  });

  const open = (url: string, user: number): Tab => {
    const tab = new Tab(url, user);
    tabs.push(tab);
    return tab;
  };

  it('shows in one tab that another one joined, and not in that one', async () => {
    const { url } = await start({ providers: [App], options: { middleware: [loadPayload] } });
    const first = open(url, 0.1);
    await first.shows('[joined] Payload: {} <br />');
    const second = open(url, 0.2);
    await second.shows('[joined] Payload: {} <br />');
    await first.shows('[user joined] Payload: {"user":0.2} <br />');
    expect(second.body).toEqual([
      '[open] Connection established <br />',
      'Joining room <br />',
      '[joined] Payload: {} <br />',
    ]);
  });

  it('removes handlers one by one and all at once', async () => {
    const app = await start({ providers: [App], options: { middleware: [loadPayload] } });
    const first = open(app.url, 0.1);
    await first.shows('[joined] Payload: {} <br />');
    first.socket.off('user joined');
    const heard = vi.fn();
    first.socket.on('user joined', heard);
    const removed = vi.fn();
    first.socket.on('user joined', removed);
    first.socket.off('user joined', removed);
    const second = open(app.url, 0.2);
    await second.shows('[joined] Payload: {} <br />');
    await vi.waitFor(() => expect(heard).toHaveBeenCalledOnce());
    expect(removed).not.toHaveBeenCalled();
    expect(first.body.filter((line) => line.startsWith('[user joined]'))).toEqual([]);
  });
});
