import { setImmediate as turn } from 'node:timers/promises';
import { type BounceSocket, type HistoryPosition, MemoryBus, MemoryHistoryStore } from 'bounce-ws';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { MemoryBackplane } from '../../../lib/backplane/index.js';
import type { OutboundFrame } from '../../../lib/connection/index.js';
import { RoomLogs } from '../../../lib/history/index.js';
import { BounceCodec } from '../../../lib/protocol/index.js';
import { LocalRoomManager } from '../../../lib/rooms/index.js';
import { type Deferred, deferred } from '../../support/deferred.js';

const SETTINGS = { size: 100, ttlMs: 60_000, maxRecovered: 100, rooms: () => true };
const CODEC = new BounceCodec();

/** A store that can be away, and whose readers get their answers one at a time, when they are let through. */
class SlowStore extends MemoryHistoryStore {
  override isReady = true;
  readonly #waiting: Deferred[] = [];

  override readSince(...args: Parameters<MemoryHistoryStore['readSince']>) {
    return this.#answer(super.readSince(...args));
  }

  override readLatest(...args: Parameters<MemoryHistoryStore['readLatest']>) {
    return this.#answer(super.readLatest(...args));
  }

  /** Lets the answer through that somebody has waited for the longest. */
  letThrough(): void {
    this.#waiting.shift()!.resolve();
  }

  async #answer<T>(answer: Promise<T>): Promise<T> {
    const release = deferred();
    this.#waiting.push(release);
    await release.promise;
    return answer;
  }
}

/** A connection as the logs see it, and what it was sent. */
class Guest {
  readonly user = null;
  readonly userId = null;
  readonly codec = CODEC;
  /** What `recovery` said; the texts with their numbers, if they have one. */
  readonly heard: string[] = [];

  constructor(
    readonly id: string,
    private readonly manager: LocalRoomManager,
  ) {}

  get socket(): BounceSocket {
    return this as unknown as BounceSocket;
  }

  get rooms(): ReadonlySet<string> {
    return this.manager.roomsOf(this.socket);
  }

  deliver(_event: string, data: unknown): void {
    const { offset, recovered } = data as HistoryPosition & { recovered?: boolean };
    this.heard.push(`from ${offset}, recovered: ${recovered}`);
  }

  deliverFrame({ payload }: OutboundFrame): void {
    const { data, offset } = JSON.parse(String(payload)) as { data: string; offset?: number };
    this.heard.push(offset === undefined ? data : `${data}:${offset}`);
  }
}

const envelopeOf = (text: string): string =>
  JSON.stringify({ event: 'said', data: text, timestamp: '' });

describe('who comes back to a room with history', () => {
  let store: SlowStore;
  let backplane: MemoryBackplane;
  let manager: LocalRoomManager;
  let logs: RoomLogs;
  let guest: Guest;
  let since: HistoryPosition;

  beforeEach(async () => {
    store = new SlowStore();
    manager = new LocalRoomManager();
    backplane = new MemoryBackplane('node', new MemoryBus());
    logs = new RoomLogs(store, backplane, manager, { history: SETTINGS, maxQueuedBytes: 10_000 });
    guest = new Guest('guest', manager);
    since = await store.append('tea', { envelope: envelopeOf('before') }, SETTINGS);
    say('missed');
  });

  afterEach(() => logs.stop(0));

  const say = (text: string): void => logs.append('tea', { envelope: envelopeOf(text) });

  /** As another node does, whose message is here as soon as it is in the log. */
  const sayElsewhere = async (text: string): Promise<void> => {
    const envelope = envelopeOf(text);
    const { epoch, offset } = await store.append('tea', { envelope }, SETTINGS);
    backplane.receive(['room:tea'], {
      audience: { kind: 'room', names: ['tea'] },
      action: { type: 'numbered', epoch, offset, envelope },
    });
  };

  const enter = ({ socket }: Guest): Promise<void> => {
    manager.join(socket, 'tea');
    return logs.entered(socket, 'tea');
  };

  const leave = ({ socket }: Guest): void => {
    manager.leave(socket, 'tea');
    logs.left(socket, 'tea');
  };

  /** Says where the guest was. */
  const greet = (): void => {
    const positions = new Map([['tea', since]]);
    logs.greeted(guest.socket, { formerId: undefined, limit: 100, positions });
  };

  /** Lets the answer through that is asked for now, and gives what follows its time. */
  const answer = async (): Promise<void> => {
    await turn();
    store.letThrough();
    await turn();
  };

  /** Lets somebody in who stays. */
  const openRoom = async (): Promise<void> => {
    const opened = enter(new Guest('host', manager));
    await answer();
    await opened;
  };

  it('hears what is said at any moment of the recovery, once and in order', async () => {
    await openRoom();
    greet();
    void enter(guest);
    await turn();
    say('while it is read');
    await turn();
    store.letThrough();
    // At every moment of what happens then.
    for (let n = 0; n < 20; n++) {
      void sayElsewhere(`later ${n}`);
      await Promise.resolve();
    }
    await turn();
    expect(guest.heard).toEqual([
      'from 1, recovered: true',
      'missed:2',
      'while it is read:3',
      ...Array.from({ length: 20 }, (_value, n) => `later ${n}:${n + 4}`),
    ]);
  });

  it('is told once, when it is in again, if it was taken out and let in during the recovery', async () => {
    await openRoom();
    greet();
    void enter(guest);
    await turn();
    leave(guest);
    say('while it is out');
    void enter(guest);
    // This is for who was in before.
    await answer();
    expect(guest.heard).toEqual([]);
    await answer();
    say('later');
    await turn();
    expect(guest.heard).toEqual([
      'from 1, recovered: true',
      'missed:2',
      'while it is out:3',
      'later:4',
    ]);
  });

  it('hears what was said between its entering and its hello, also what the log does not have', async () => {
    void enter(guest);
    await turn();
    store.isReady = false;
    say('torn');
    store.isReady = true;
    greet();
    // Where the log stands, and then what was missed.
    await answer();
    await answer();
    expect(guest.heard).toEqual(['from 1, recovered: true', 'missed:2', 'torn']);
  });
});
