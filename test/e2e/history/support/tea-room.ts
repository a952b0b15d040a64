import { WebSocketGateway } from '@nestjs/websockets';
import { type BounceSocket, BroadcastService, HistoryService, OnEvent } from 'bounce-ws';
import { BounceClient, type ClientOptions } from 'bounce-ws/client';
import { RoomRecovery } from 'bounce-ws/client/recovery';
import { vi } from 'vitest';
import type { StartedApp } from '../../../support/start-app.js';

/** Long enough on a busy machine. */
export const PATIENCE = { timeout: 10_000 };

interface Said {
  readonly text: string;
}

/** One room, where things are said. */
@WebSocketGateway()
export class TeaGateway {
  constructor(
    private readonly broadcast: BroadcastService,
    private readonly history: HistoryService,
  ) {}

  @OnEvent('enter')
  enter(client: BounceSocket): Promise<void> {
    return client.join('tea');
  }

  @OnEvent('say')
  say(client: BounceSocket, text: string): void {
    this.broadcast.to('tea').except(client).emit('said', { text });
  }

  @OnEvent('all_said')
  async allSaid(client: BounceSocket): Promise<string[]> {
    const all = await this.history.list('tea', { for: client });
    return all.map(({ data }) => (data as Said).text);
  }
}

/** Says something in the room, to all that are there. */
export function say({ app }: StartedApp, text: unknown): void {
  app
    .get(BroadcastService)
    .to('tea')
    .emit('said', { text: String(text) });
}

/** Somebody who sits in the room, and comes back to it, through whatever happens to the connection. */
export class TeaGuest {
  /** What has come to the handler, in order. */
  readonly heard: string[] = [];
  /** What each `recovery` said. */
  readonly recovered: (boolean | undefined)[] = [];
  readonly onError = vi.fn();
  readonly client: BounceClient;

  constructor(url: string, options: ClientOptions = {}) {
    this.client = new BounceClient(url, {
      recovery: new RoomRecovery(),
      reconnect: { minDelayMs: 1, maxDelayMs: 10 },
      ...options,
    });
    this.client.onError(this.onError);
    this.client.on('said', ({ text }: Said) => this.heard.push(text));
    this.client.on('recovery', ({ recovered }) => this.recovered.push(recovered));
    this.client.on('connect', () => this.client.emit('enter'));
  }

  /** Goes on when the guest is in the room, for the first time or again. */
  async isBack(): Promise<void> {
    const { length } = this.recovered;
    await vi.waitFor(() => {
      if (this.recovered.length === length) throw new Error('still away');
    }, PATIENCE);
  }

  /** Goes on when a text has come to the handler, and everything that was under way then. */
  async hears(text: unknown): Promise<void> {
    await vi.waitFor(() => {
      if (!this.heard.includes(String(text))) throw new Error(`has not heard ${String(text)}`);
    }, PATIENCE);
    await this.client.request('all_said');
  }

  /** Goes on when the connection is lost. */
  async isLost(): Promise<void> {
    await new Promise<void>((resolve) => {
      const stop = this.client.onStateChange(({ state }) => {
        if (state !== 'disconnected') return;
        stop();
        resolve();
      });
    });
  }
}
