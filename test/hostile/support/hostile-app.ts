import type { AddressInfo } from 'node:net';
import { type DynamicModule, type INestApplication, Module, type Provider } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { BounceWsModule, type BounceWsOptions } from 'bounce-ws';
import { afterAll, afterEach, beforeAll, beforeEach, expect } from 'vitest';
import { ReferenceModule } from '../../conformance/reference/reference.module.js';
import { RoomGateway } from '../../conformance/reference/room.gateway.js';
import { RecordingLogger } from '../../support/start-app.js';
import { TimerAccount } from '../../support/timers.js';
import { type PeerOptions, WsPeer } from '../../support/ws-peer.js';
import { socketsLeft } from '../../support/sockets-left.js';
import { type Inventory, takeInventory } from './inventory.js';
import { Witness } from './witness.js';

const WITNESSES = 2;
const LONGEST_P99_MS = 100;
/** For so long nobody may be held up, not even once, on the slowest machine. */
const LONGEST_MS = 1_000;

/** The server that is attacked. */
export interface HostileApp {
  readonly app: INestApplication;
  /** The address of its endpoint. */
  readonly url: URL;
  readonly log: RecordingLogger;
  /** Opens a connection, which ends with the test. */
  connect(options?: PeerOptions & { readonly query?: string }): Promise<WsPeer>;
}

/** What is attacked, and how the witness gets in. */
export interface HostileSetup {
  /** The root module; one with the reference server's rooms. @default the reference server, with the default of every option */
  readonly module?: DynamicModule;
  /** The query of the witness's address: its token. @default none */
  readonly witnessQuery?: string;
}

@Module({})
class HostileModule {}

/** An app for what the reference server does not have: handlers and options of a test's own beside the rooms. */
export function hostileModule(providers: Provider[], options: BounceWsOptions = {}): DynamicModule {
  return {
    module: HostileModule,
    imports: [BounceWsModule.forRoot({ endpoints: [{ path: '/ws' }], ...options })],
    providers: [RoomGateway, ...providers],
  };
}

/**
 * Gives a test file, or a part of it, its server, with a witness beside every test, and after each test holds what
 * RELIABILITY promises of all of them: nobody else noticed, and nothing is left.
 */
export function useHostileApp({ module, witnessQuery = '' }: HostileSetup = {}): HostileApp {
  const unhandled: unknown[] = [];
  const note = (reason: unknown): void => void unhandled.push(reason);
  const timers = new TimerAccount();
  const peers: WsPeer[] = [];
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
    async connect({ query = '', ...options } = {}) {
      const peer = await WsPeer.connect(`${hostile.url.href}${query}`, options);
      peers.push(peer);
      return peer;
    },
  };
  const inventory = (): Promise<Inventory> => takeInventory(hostile.app, timers);

  beforeAll(async () => {
    timers.open();
    state.app = await NestFactory.create(module ?? ReferenceModule.forRoot({ auth: 'optional' }), {
      logger: log,
      abortOnError: false,
    });
    await hostile.app.listen(0, '127.0.0.1');
    const { port } = hostile.app.getHttpServer().address() as AddressInfo;
    state.url = new URL(`ws://127.0.0.1:${port}/ws`);
    witness = await Witness.start(`${hostile.url.href}${witnessQuery}`);
    await witness.testify();
    process.on('unhandledRejection', note);
    process.on('uncaughtException', note);
  });

  beforeEach(async () => {
    before = await inventory();
  });

  afterEach(async () => {
    for (const peer of peers.splice(0)) peer.socket.terminate();
    const { disorder, p99Ms, longestMs } = await witness.testify();
    expect(disorder).toEqual([]);
    expect(p99Ms, 'the delay of the witness').toBeLessThan(LONGEST_P99_MS);
    expect(longestMs, 'the longest delay of the witness').toBeLessThan(LONGEST_MS);
    await expect.poll(inventory, { timeout: 12_000 }).toEqual(before);
    expect(unhandled).toEqual([]);
  });

  afterAll(async () => {
    process.off('unhandledRejection', note);
    process.off('uncaughtException', note);
    // While the app still runs: with it goes whatever it has kept.
    expect(await socketsLeft(WITNESSES)).toBe(WITNESSES);
    await witness.stop();
    await hostile.app.close();
    expect(await timers.alive()).toEqual([]);
    timers.close();
    delete state.app;
    expect(await socketsLeft()).toBe(0);
  });
  return hostile;
}
