import { WebSocketGateway } from '@nestjs/websockets';
import { type BounceSocket, ConnectionRegistry, OnEvent, PresenceService } from 'bounce-ws';

declare global {
  /** Comes with `shifted-clock.js`. */
  function shiftClock(ms: number): void;
}

/** Takes a client for the user that it says it is, and says what this node knows. */
@WebSocketGateway()
export class ClockGateway {
  readonly #changes: string[] = [];

  constructor(
    private readonly connections: ConnectionRegistry,
    private readonly presence: PresenceService,
  ) {
    presence.changes$.subscribe(({ userId, online }) => {
      this.#changes.push(`${online ? '+' : '-'}${userId}`);
    });
  }

  @OnEvent('connect')
  connect(client: BounceSocket): void {
    const userId = client.handshake.query.get('user');
    if (userId !== null) this.connections.identify(client, { userId, user: { name: userId } });
  }

  @OnEvent('shift_clock')
  shiftClock(_client: BounceSocket, ms: number): void {
    globalThis.shiftClock(ms);
  }

  @OnEvent('clock')
  clock(): number {
    return Date.now();
  }

  @OnEvent('changes')
  changes(): readonly string[] {
    return this.#changes;
  }

  @OnEvent('online')
  async online(): Promise<readonly string[]> {
    return (await this.presence.list()).users;
  }

  @OnEvent('last_seen')
  async lastSeen(_client: BounceSocket, user: string): Promise<number | null> {
    return (await this.presence.lastSeen(user))?.getTime() ?? null;
  }
}
