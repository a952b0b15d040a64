import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { queryObjects, setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import type { INestApplication } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { BounceSocket, ConnectionRegistry, RoomService } from 'bounce-ws';
import { afterAll, afterEach, beforeAll, beforeEach, expect } from 'vitest';
import { ReferenceModule } from '../../conformance/reference/reference.module.js';
import { RecordingLogger } from '../../support/start-app.js';
import { TimerAccount } from '../../support/timers.js';
import { type PeerOptions, WsPeer } from '../../support/ws-peer.js';
import { Witness } from './witness.js';

const WITNESSES = 2;
const LONGEST_P99_MS = 100;

/** The server that is attacked: the reference server, with every option at its default. */
export interface HostileApp {
  readonly app: INestApplication;
  /** The address of its endpoint. */
  readonly url: URL;
  readonly log: RecordingLogger;
  /** Opens a connection, which ends with the test. */
  connect(options?: PeerOptions): Promise<WsPeer>;
}

/** What must be the same after an attack as before it. */
interface Inventory {
  readonly prototype: readonly string[];
  readonly serverListeners: readonly string[];
  readonly processListeners: readonly string[];
  readonly timers: number;
}

/**
 * Gives a test file its server, with a witness beside every test, and after each test holds what RELIABILITY promises of
 * all of them: nobody else noticed, and nothing is left.
 */
export function useHostileApp(): HostileApp {
  const unhandled: unknown[] = [];
  const note = (reason: unknown): void => void unhandled.push(reason);
  const timers = new TimerAccount();
  let peers: WsPeer[] = [];
  let witness: Witness;
  let before: Inventory;

  const state: { app?: INestApplication; url?: URL } = {};
  const log = new RecordingLogger();
  const hostile: HostileApp = {
    log,
    get app() {
      return state.app!;
    },
    get url() {
      return state.url!;
    },
    async connect(options) {
      const peer = await WsPeer.connect(hostile.url, options);
      peers.push(peer);
      return peer;
    },
  };
  const inventory = async (): Promise<Inventory> => {
    const server = hostile.app.getHttpServer() as Server;
    return {
      prototype: Object.getOwnPropertyNames(Object.prototype).toSorted(),
      serverListeners: listenersOf(server),
      processListeners: listenersOf(process),
      timers: (await timers.alive()).length,
    };
  };

  beforeAll(async () => {
    timers.open();
    state.app = await NestFactory.create(ReferenceModule.forRoot({ auth: 'optional' }), {
      logger: log,
      abortOnError: false,
    });
    await hostile.app.listen(0, '127.0.0.1');
    const { port } = hostile.app.getHttpServer().address() as AddressInfo;
    state.url = new URL(`ws://127.0.0.1:${port}/ws`);
    witness = await Witness.start(hostile.url.href);
    await witness.testify();
    process.on('unhandledRejection', note);
    process.on('uncaughtException', note);
  });

  beforeEach(async () => {
    before = await inventory();
  });

  afterEach(async () => {
    for (const peer of peers.splice(0)) peer.socket.terminate();
    const { disorder, p99Ms } = await witness.testify();
    expect(disorder).toEqual([]);
    expect(p99Ms, 'the delay of the witness').toBeLessThan(LONGEST_P99_MS);
    await expect.poll(() => hostile.app.get(ConnectionRegistry).size).toBe(WITNESSES);
    expect(await hostile.app.get(RoomService).rooms()).toEqual(['witness']);
    await expect.poll(inventory, { timeout: 12_000 }).toEqual(before);
    expect(unhandled).toEqual([]);
  });

  afterAll(async () => {
    process.off('unhandledRejection', note);
    process.off('uncaughtException', note);
    await witness.stop();
    await hostile.app.close();
    timers.close();
    peers = [];
    delete state.app;
    expect(await untilCollected()).toBe(0);
  });
  return hostile;
}

/** Gives the garbage collector some turns: what a promise or a stream still holds goes with them. */
async function untilCollected(): Promise<number> {
  let left = socketsInMemory();
  for (let turn = 0; turn < 20 && left > 0; turn++) {
    await new Promise((resolve) => setTimeout(resolve, 50));
    left = socketsInMemory();
  }
  return left;
}

/** How many BounceSockets the garbage collector cannot take. */
export function socketsInMemory(): number {
  setFlagsFromString('--expose-gc');
  (runInNewContext('gc') as () => void)();
  return queryObjects(BounceSocket, { format: 'count' });
}

function listenersOf(emitter: {
  eventNames(): (string | symbol)[];
  listenerCount(event: string | symbol): number;
}): string[] {
  return emitter
    .eventNames()
    .map((event) => `${String(event)} ${emitter.listenerCount(event)}`)
    .toSorted();
}
