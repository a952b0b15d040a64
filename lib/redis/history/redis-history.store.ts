import type { Observable } from 'rxjs';
import type { Exceptions } from '../../backplane/index.js';
import {
  EPOCH_KEPT_MS,
  type HistoryEntry,
  type HistoryLimits,
  type HistoryPosition,
  type HistorySlice,
  type HistoryStore,
  type LoggedMessage,
  newEpoch,
} from '../../history/index.js';
import type { RedisConnection, RedisScript } from '../connection/index.js';
import { type Append, AppendQueue } from './append-queue.js';
import { APPEND, BREAK_OFF, LOOK, READ } from './history.scripts.js';

/**
 * History in Redis. Each call is one script a room, so it happens whole and in one round trip; messages get old by Redis'
 * clock. The keys of a room have one hash tag: in a Redis Cluster, rooms are spread over the servers.
 */
export class RedisHistoryStore implements HistoryStore {
  readonly #appends = new AppendQueue((room, batch) => this.#append(room, batch));

  readonly returned$: Observable<void>;

  constructor(private readonly connection: RedisConnection) {
    this.returned$ = connection.returned$;
  }

  get isReady(): boolean {
    return this.connection.isReady;
  }

  append(
    room: string,
    message: LoggedMessage,
    limits: HistoryLimits,
    known?: HistoryPosition,
  ): Promise<HistoryPosition> {
    return this.#appends.add(room, { message, limits, known });
  }

  async readSince(
    room: string,
    since: HistoryPosition,
    limit: number,
    limits: HistoryLimits,
    maxBytes?: number,
  ): Promise<HistorySlice> {
    const { head, entries } = await this.#read(room, limit, limits, since, maxBytes);
    const isComplete = head.epoch === since.epoch && head.offset - since.offset === entries.length;
    return { head, entries: isComplete ? entries : [], isComplete };
  }

  async readLatest(room: string, limit: number, limits: HistoryLimits): Promise<HistorySlice> {
    const { head, entries } = await this.#read(room, limit, limits);
    return { head, entries, isComplete: true };
  }

  heads(rooms: readonly string[]): Promise<readonly (HistoryPosition | undefined)[]> {
    return Promise.all(rooms.map((room) => this.#look(room)));
  }

  async breakOff(room: string, epoch: string): Promise<HistoryPosition> {
    return toPosition(await this.#run(BREAK_OFF, room, EPOCH_KEPT_MS, [epoch]));
  }

  async #append(room: string, batch: readonly Append[]): Promise<HistoryPosition> {
    const { size, ttlMs } = batch[0]!.limits;
    const known = batch.findLast((append) => append.known !== undefined)?.known;
    const reply = await this.#run(APPEND, room, ttlMs + EPOCH_KEPT_MS, [
      String(size),
      String(ttlMs),
      known?.epoch ?? '',
      String(known?.offset ?? 0),
      ...batch.flatMap(({ message: { envelope, except } }) => [
        envelope,
        except === undefined ? '' : JSON.stringify(except),
      ]),
    ]);
    return toPosition(reply);
  }

  async #read(
    room: string,
    limit: number,
    { size, ttlMs }: HistoryLimits,
    since?: HistoryPosition,
    maxBytes = Infinity,
  ): Promise<Omit<HistorySlice, 'isComplete'>> {
    const reply = await this.#run(READ, room, ttlMs + EPOCH_KEPT_MS, [
      String(ttlMs),
      String(Math.min(limit, size)),
      // None at all is less than the shortest envelope has, and 0 means any number.
      String(maxBytes === Infinity ? 0 : Math.max(1, maxBytes)),
      ...(since === undefined ? [] : [since.epoch, String(since.offset)]),
    ]);
    const head = toPosition(reply);
    return { head, entries: toEntries(head, (reply as string[]).slice(2)) };
  }

  async #look(room: string): Promise<HistoryPosition | undefined> {
    const [head] = this.#keys(room);
    const reply = await this.connection.script(LOOK, [head], [String(EPOCH_KEPT_MS)]);
    return reply === null ? undefined : toPosition(reply);
  }

  #run(
    script: RedisScript,
    room: string,
    keepMs: number,
    args: readonly string[],
  ): Promise<unknown> {
    return this.connection.script(script, this.#keys(room), [newEpoch(), String(keepMs), ...args]);
  }

  #keys(room: string): readonly [head: string, log: string] {
    const tag = `{history:${room}}`;
    return [this.connection.key(tag, 'head'), this.connection.key(tag, 'log')];
  }
}

function toPosition(reply: unknown): HistoryPosition {
  const [epoch = '', offset] = reply as string[];
  return { epoch, offset: Number(offset) };
}

/** @param texts - for each message its envelope and whom it leaves out, the latest first */
function toEntries(head: HistoryPosition, texts: readonly string[]): HistoryEntry[] {
  const entries: HistoryEntry[] = [];
  for (let index = 0; index < texts.length; index += 2) {
    const [envelope, except] = [texts[index]!, texts[index + 1]!];
    const entry = { offset: head.offset - index / 2, envelope };
    entries.push(except === '' ? entry : { ...entry, except: JSON.parse(except) as Exceptions });
  }
  return entries.toReversed();
}
