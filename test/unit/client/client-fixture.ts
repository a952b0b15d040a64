import { WebSocket } from 'ws';
import { afterEach, beforeEach } from 'vitest';
import {
  BounceClient,
  type ClientOptions,
  type ClientState,
  type StateChange,
} from '../../../lib/client/index.js';
import { FakeServer, type FakePeer } from '../../support/fake-server.js';

/** Comes back fast enough for a test. */
export const QUICK_RECONNECT = { minDelayMs: 1, maxDelayMs: 10 };

/** A fake server for each test, and clients that are closed after it. */
export class ClientFixture {
  server!: FakeServer;
  readonly #clients: BounceClient[] = [];

  constructor() {
    beforeEach(async () => {
      this.server = await FakeServer.listen();
    });
    afterEach(async () => {
      for (const client of this.#clients.splice(0)) client.close();
      await this.server.stop();
    });
  }

  client(options: ClientOptions = {}, url: string | URL = this.server.url): BounceClient {
    const client = new BounceClient(url, { WebSocket, reconnect: QUICK_RECONNECT, ...options });
    this.#clients.push(client);
    return client;
  }

  /** A client and the server's end of its open connection. */
  async pair(options?: ClientOptions): Promise<[BounceClient, FakePeer]> {
    const client = this.client(options);
    const peer = await this.server.accept();
    await client.connect();
    return [client, peer];
  }
}

/** Every change of a client's state from now on. */
export function changesOf(client: BounceClient): readonly StateChange[] {
  const changes: StateChange[] = [];
  client.onStateChange((change) => changes.push(change));
  return changes;
}

/** The next change of a client to the given state. */
export function changeTo(client: BounceClient, state: ClientState): Promise<StateChange> {
  return new Promise((resolve) => {
    const stop = client.onStateChange((change) => {
      if (change.state !== state) return;
      stop();
      resolve(change);
    });
  });
}

/** The next error that a client reports. */
export function reportedError(client: BounceClient): Promise<unknown> {
  return new Promise((resolve) => {
    const stop = client.onError((error) => {
      stop();
      resolve(error);
    });
  });
}

/** The data of the next message of an event. */
export function nextData(client: BounceClient, event: string): Promise<unknown> {
  return new Promise((resolve) => {
    client.once(event, resolve);
  });
}
