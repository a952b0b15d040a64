import type { HistoryEntry, HistoryPosition, HistorySlice, HistoryStore } from 'bounce-ws';
import { expect } from 'vitest';
import { type AppendStep, type Meant, ROOMS, type SinceStep, type Step } from './history-steps.js';

/** The store under test, and what can happen to it. */
export interface HistoryStage {
  /** As each node sees it. */
  readonly stores: readonly [HistoryStore, HistoryStore];
  /** What a room is called in the store. */
  readonly nameOf: (room: string) => string;
  readonly ttlMs: number;
  readonly wait: (ms: number) => void;
  readonly forget: () => Promise<unknown>;
}

/** A log, as simple as can be. */
interface Log {
  head: HistoryPosition;
  messages: { readonly entry: HistoryEntry; readonly atMs: number }[];
}

const ascending = (numbers: readonly number[]): number[] =>
  numbers.toSorted((one, other) => one - other);

/** Plays steps on a store and on a simple model of it, and expects the same of both. */
export class HistoryModel {
  readonly #logs = new Map<string, Log>();
  readonly #epochs = new Map<string, string[]>(ROOMS.map((room) => [room, []]));
  #nowMs = 0;
  #said = 0;

  constructor(private readonly stage: HistoryStage) {}

  async play(steps: readonly Step[]): Promise<void> {
    for (const step of steps) await this.#take(step);
    await this.#look();
  }

  async #take(step: Step): Promise<void> {
    if (step.do === 'append') await this.#append(step);
    else if (step.do === 'read since') await this.#readSince(step);
    else if (step.do === 'read latest') await this.#readLatest(step.room, step.limit, step.size);
    else if (step.do === 'break off') await this.#breakOff(step.room, step.epoch);
    else if (step.do === 'look') await this.#look();
    else if (step.do === 'wait') this.#wait(step.ms);
    else await this.#forget();
  }

  async #append({ room, size, speakers, ahead, epoch }: AppendStep): Promise<void> {
    const before = this.#logs.get(room)?.head;
    const known = { epoch: this.#epochOf(room, epoch), offset: (before?.offset ?? 0) + ahead };
    const said = speakers.map((node) => ({
      // Only one node speaks when it shows a later place, since what others say may come before.
      node: ahead === 0 ? node : 0,
      message: {
        envelope: String(++this.#said),
        ...(this.#said % 3 === 0 ? { except: { users: ['ann'] } } : {}),
      },
    }));
    const { ttlMs, stores, nameOf } = this.stage;
    const places = await Promise.all(
      said.map(({ node, message }, index) => {
        const shown = index === 0 && ahead !== 0 ? known : undefined;
        return stores[node]!.append(nameOf(room), message, { size, ttlMs }, shown);
      }),
    );
    if (known.epoch === before?.epoch && ahead > 0) this.#logs.delete(room);
    const log = this.#expectPlaces(room, places);
    for (const node of [0, 1]) {
      const own = places.filter((_, index) => said[index]!.node === node);
      expect(own.map(({ offset }) => offset)).toEqual(ascending(own.map(({ offset }) => offset)));
    }
    const entries = said.map(({ message }, index) => ({
      entry: { ...message, offset: places[index]!.offset },
      atMs: this.#nowMs,
    }));
    entries.sort((one, other) => one.entry.offset - other.entry.offset);
    log.messages = [...log.messages, ...entries].slice(-size);
    log.head = { ...log.head, offset: log.head.offset + places.length };
  }

  /** Without a hole, from where the log stood. */
  #expectPlaces(room: string, places: readonly HistoryPosition[]): Log {
    const offsets = ascending(places.map(({ offset }) => offset));
    const [first = 0] = offsets;
    expect(offsets).toEqual(places.map((_, index) => first + index));
    const [{ epoch } = { epoch: '' }] = places;
    expect(places.map((place) => place.epoch)).toEqual(places.map(() => epoch));
    return this.#expectHead(room, { epoch, offset: first - 1 });
  }

  async #readSince({ room, back, limit, size, epoch }: SinceStep): Promise<void> {
    const offset = Math.max(0, (this.#logs.get(room)?.head.offset ?? 0) - back);
    const since = { epoch: this.#epochOf(room, epoch), offset };
    const limits = { size, ttlMs: this.stage.ttlMs };
    const store = this.stage.stores[1];
    const slice = await store.readSince(this.stage.nameOf(room), since, limit, limits);
    const { head } = this.#expectHead(room, slice.head);
    const missed = head.offset - offset;
    const kept = this.#kept(room, size);
    const isThere = missed >= 0 && missed <= Math.min(limit, kept.length);
    const isComplete = since.epoch === head.epoch && isThere;
    const entries = isComplete ? kept.slice(kept.length - missed) : [];
    expect(slice).toEqual<HistorySlice>({ head, entries, isComplete });
  }

  async #readLatest(room: string, limit: number, size: number): Promise<void> {
    const limits = { size, ttlMs: this.stage.ttlMs };
    const slice = await this.stage.stores[0].readLatest(this.stage.nameOf(room), limit, limits);
    const { head } = this.#expectHead(room, slice.head);
    const kept = this.#kept(room, size);
    const entries = kept.slice(Math.max(0, kept.length - limit));
    expect(slice).toEqual<HistorySlice>({ head, entries, isComplete: true });
  }

  async #breakOff(room: string, meant: Meant): Promise<void> {
    const epoch = this.#epochOf(room, meant);
    if (this.#logs.get(room)?.head.epoch === epoch) this.#logs.delete(room);
    const head = await this.stage.stores[0].breakOff(this.stage.nameOf(room), epoch);
    this.#expectHead(room, head);
  }

  async #look(): Promise<void> {
    const heads = await this.stage.stores[1].heads(ROOMS.map(this.stage.nameOf));
    expect(heads).toEqual(ROOMS.map((room) => this.#logs.get(room)?.head));
  }

  #wait(ms: number): void {
    this.#nowMs += ms;
    this.stage.wait(ms);
  }

  async #forget(): Promise<void> {
    this.#logs.clear();
    await this.stage.forget();
  }

  /** Where the log stands; one that does not exist has begun, under a name that was never there. */
  #expectHead(room: string, head: HistoryPosition): Log {
    const present = this.#logs.get(room);
    if (present !== undefined) {
      expect(head).toEqual(present.head);
      return present;
    }
    expect(head.offset).toBe(0);
    for (const epochs of this.#epochs.values()) expect(epochs).not.toContain(head.epoch);
    this.#epochs.get(room)!.push(head.epoch);
    const log: Log = { head, messages: [] };
    this.#logs.set(room, log);
    return log;
  }

  #epochOf(room: string, meant: Meant): string {
    const epochs = this.#epochs.get(room)!;
    const epoch = { present: epochs.at(-1), past: epochs.at(-2), unknown: undefined }[meant];
    return epoch ?? 'unknown';
  }

  #kept(room: string, size: number): HistoryEntry[] {
    const messages = this.#logs.get(room)?.messages ?? [];
    return messages
      .filter(({ atMs }) => this.#nowMs - atMs <= this.stage.ttlMs)
      .slice(-size)
      .map(({ entry }) => entry);
  }
}
