import type { HistoryLimits, HistoryPosition, HistoryStore } from 'bounce-ws';
import { beforeEach, describe, expect, it } from 'vitest';

const LIMITS: HistoryLimits = { size: 1_000, ttlMs: 60_000 };

/** A store under test, as several nodes see it. */
export interface HistoryStoresUnderTest {
  /** One more view of the same store, as another node has it. */
  open(): Promise<HistoryStore>;
}

const numbers = (count: number): number[] => Array.from({ length: count }, (_, index) => index + 1);

/** What every {@link HistoryStore} has to do. `setup` is called before each test and gives an empty store. */
export function describeHistoryStore(
  name: string,
  setup: () => Promise<HistoryStoresUnderTest>,
): void {
  describe(`${name} as a HistoryStore`, () => {
    let one: HistoryStore;
    let two: HistoryStore;

    beforeEach(async () => {
      const stores = await setup();
      one = await stores.open();
      two = await stores.open();
    });

    const say = (store: HistoryStore, envelope: string, room = 'tea', limits = LIMITS) =>
      store.append(room, { envelope }, limits);

    /** Says the numbers from 1 to `count`. @returns the place of the last one */
    const sayAll = async (count: number, limits = LIMITS, room = 'tea'): Promise<HistoryPosition> =>
      (await Promise.all(numbers(count).map((each) => say(one, `${each}`, room, limits)))).at(-1)!;

    const headOf = async (room = 'tea'): Promise<HistoryPosition> =>
      (await one.readLatest(room, 0, LIMITS)).head;

    const latest = async (limit: number, limits = LIMITS, room = 'tea'): Promise<string[]> => {
      const { entries, isComplete } = await two.readLatest(room, limit, limits);
      expect(isComplete).toBe(true);
      return entries.map(({ envelope }) => envelope);
    };

    /** The offsets that came after one, or nothing when it is not complete. */
    const after = async (
      since: HistoryPosition,
      limit = 1_000,
      limits = LIMITS,
      room = 'tea',
    ): Promise<number[] | undefined> => {
      const { head, entries, isComplete } = await two.readSince(room, since, limit, limits);
      expect(head).toEqual(await headOf(room));
      if (isComplete) return entries.map(({ offset }) => offset);
      expect(entries).toEqual([]);
      return undefined;
    };

    it('is ready', () => {
      expect(one.isReady).toBe(true);
    });

    it('counts the messages of a room from 1', async () => {
      const first = await say(one, 'a');
      expect(first.offset).toBe(1);
      expect(first.epoch).toMatch(/^[\w-]{12}$/);
      expect(await say(two, 'b')).toEqual({ epoch: first.epoch, offset: 2 });
      expect(await headOf()).toEqual({ epoch: first.epoch, offset: 2 });
      expect(await two.readLatest('tea', 10, LIMITS)).toEqual({
        head: { epoch: first.epoch, offset: 2 },
        entries: [
          { offset: 1, envelope: 'a' },
          { offset: 2, envelope: 'b' },
        ],
        isComplete: true,
      });
    });

    it('is not complete when more bytes came after a place than are wanted', async () => {
      const { epoch } = await say(one, 'tea');
      await say(one, 'tää');
      const bytes = async (maxBytes: number, offset = 0) => {
        const { entries, isComplete } = await two.readSince(
          'tea',
          { epoch, offset },
          10,
          LIMITS,
          maxBytes,
        );
        return isComplete ? entries.map(({ envelope }) => envelope) : undefined;
      };
      expect(await bytes(8)).toEqual(['tea', 'tää']);
      expect(await bytes(7)).toBeUndefined();
      expect(await bytes(5, 1)).toEqual(['tää']);
      expect(await bytes(0, 1)).toBeUndefined();
      expect(await bytes(0, 2)).toEqual([]);
    });

    it('numbers without a hole what two nodes say at the same time, each in the order of its calls', async () => {
      const places = await Promise.all(
        numbers(300).flatMap((each) => [say(one, `one ${each}`), say(two, `two ${each}`)]),
      );
      expect(new Set(places.map(({ epoch }) => epoch)).size).toBe(1);
      expect(places.map(({ offset }) => offset).toSorted((a, b) => a - b)).toEqual(numbers(600));
      const all = await latest(600);
      for (const [index, { offset }] of places.entries()) {
        const node = index % 2 === 0 ? 'one' : 'two';
        expect(all[offset - 1]).toBe(`${node} ${Math.floor(index / 2) + 1}`);
      }
      for (const node of ['one', 'two']) {
        const own = all.filter((envelope) => envelope.startsWith(node));
        expect(own).toEqual(numbers(300).map((each) => `${node} ${each}`));
      }
    });

    it('reads what came after a place', async () => {
      const { epoch } = await sayAll(5);
      expect(await after({ epoch, offset: 0 })).toEqual([1, 2, 3, 4, 5]);
      expect(await after({ epoch, offset: 3 })).toEqual([4, 5]);
      expect(await after({ epoch, offset: 5 })).toEqual([]);
    });

    it('reads nothing when more has come than is asked for', async () => {
      const { epoch } = await sayAll(5);
      expect(await after({ epoch, offset: 2 }, 3)).toEqual([3, 4, 5]);
      expect(await after({ epoch, offset: 2 }, 2)).toBeUndefined();
      expect(await after({ epoch, offset: 4 }, 0)).toBeUndefined();
      expect(await after({ epoch, offset: 5 }, 0)).toEqual([]);
    });

    it('does not know a place of another epoch, or one that lies ahead', async () => {
      const { epoch } = await sayAll(3);
      expect(await after({ epoch: 'another', offset: 1 })).toBeUndefined();
      expect(await after({ epoch: '', offset: 3 })).toBeUndefined();
      expect(await after({ epoch: '__proto__', offset: 0 })).toBeUndefined();
      expect(await after({ epoch, offset: 4 })).toBeUndefined();
      expect(await after({ epoch, offset: Number.MAX_SAFE_INTEGER })).toBeUndefined();
      // Anybody may ask: that changes nothing.
      expect(await headOf()).toEqual({ epoch, offset: 3 });
    });

    it('reads the latest messages, the oldest of them first', async () => {
      await sayAll(5);
      expect(await latest(3)).toEqual(['3', '4', '5']);
      expect(await latest(100)).toEqual(['1', '2', '3', '4', '5']);
      expect(await latest(0)).toEqual([]);
    });

    it('lets go of messages that are too many', async () => {
      const few = { ...LIMITS, size: 3 };
      const { epoch } = await sayAll(10, few);
      expect(await latest(100)).toEqual(['8', '9', '10']);
      expect(await after({ epoch, offset: 7 })).toEqual([8, 9, 10]);
      expect(await after({ epoch, offset: 6 })).toBeUndefined();
      await sayAll(1);
      expect(await latest(100)).toEqual(['8', '9', '10', '1']);
    });

    it('keeps as many as each message says that comes in the same moment', async () => {
      const sizes = [1_000, 1_000, 2, 2, 1_000, 1_000, 3, 1_000];
      await Promise.all(
        sizes.map((size, index) => say(one, `${index}`, 'tea', { ...LIMITS, size })),
      );
      expect(await latest(100)).toEqual(['4', '5', '6', '7']);
    });

    it('reads no more than its reader wants kept', async () => {
      const { epoch } = await sayAll(10);
      const few = { ...LIMITS, size: 3 };
      expect(await latest(100, few)).toEqual(['8', '9', '10']);
      expect(await after({ epoch, offset: 7 }, 100, few)).toEqual([8, 9, 10]);
      expect(await after({ epoch, offset: 6 }, 100, few)).toBeUndefined();
    });

    it('lets go of messages that are too old, keeps young ones, and goes on counting', async () => {
      const short = { ...LIMITS, ttlMs: 1_000 };
      const { epoch } = await sayAll(3, LIMITS, 'milk');
      const head = await sayAll(3, short);
      expect(await latest(100, short)).toEqual(['1', '2', '3']);
      await expect.poll(() => latest(100, short)).toEqual([]);
      await expect.poll(() => latest(100, short, 'milk')).toEqual([]);
      expect(await after({ ...head, offset: 2 }, 100, short)).toBeUndefined();
      // Who missed nothing can be told so.
      expect(await after(head, 100, short)).toEqual([]);
      expect(await say(two, '4', 'tea', short)).toEqual({ ...head, offset: 4 });
      expect(await after(head, 100, short)).toEqual([4]);
      expect(await after({ ...head, offset: 2 }, 100, short)).toBeUndefined();
      // Where the old ones are too old only for who reads.
      await say(one, 'new', 'milk');
      expect(await latest(100, short, 'milk')).toEqual(['new']);
      expect(await after({ epoch, offset: 3 }, 100, short, 'milk')).toEqual([4]);
      expect(await after({ epoch, offset: 2 }, 100, short, 'milk')).toBeUndefined();
    });

    it('gives a place in a room in which nothing was said yet, and counts on from there', async () => {
      const head = await headOf();
      expect(head.offset).toBe(0);
      expect(await one.heads(['tea'])).toEqual([head]);
      expect(await after(head)).toEqual([]);
      expect(await say(two, 'a')).toEqual({ ...head, offset: 1 });
      expect(await after(head)).toEqual([1]);
      const since = { epoch: 'another', offset: 0 };
      const { head: place, isComplete } = await two.readSince('milk', since, 10, LIMITS);
      expect(isComplete).toBe(false);
      expect(await say(one, 'a', 'milk')).toEqual({ ...place, offset: 1 });
    });

    it('says where logs stand, in the order asked, and which do not exist', async () => {
      const tea = await say(one, 'a');
      await say(one, 'b', 'milk');
      const milk = await say(one, 'c', 'milk');
      const asked = ['nothing', 'milk', 'tea', '__proto__', 'milk'];
      expect(await two.heads(asked)).toEqual([undefined, milk, tea, undefined, milk]);
      expect(await two.heads([])).toEqual([]);
      // Asking makes none.
      expect(await two.heads(['nothing'])).toEqual([undefined]);
    });

    it('begins a new epoch when a node knows a later place', async () => {
      const head = await sayAll(3);
      const known = { ...head, offset: 4 };
      const place = await two.append('tea', { envelope: 'a' }, LIMITS, known);
      expect(place.offset).toBe(1);
      expect(place.epoch).not.toBe(head.epoch);
      expect(await latest(100)).toEqual(['a']);
      expect(await after(head)).toBeUndefined();
      expect(await after({ ...head, offset: 0 })).toBeUndefined();
    });

    it('goes on when what a node knows is no later, or of another epoch', async () => {
      const head = await sayAll(3);
      for (const [index, known] of [
        head,
        { ...head, offset: 0 },
        { epoch: 'another', offset: 99 },
        { epoch: '', offset: 0 },
      ].entries()) {
        const place = await two.append('tea', { envelope: 'a' }, LIMITS, known);
        expect(place).toEqual({ ...head, offset: 4 + index });
      }
    });

    it('begins a new epoch also when only one of several nodes, or messages, shows it', async () => {
      const head = await sayAll(3);
      const known = { ...head, offset: 99 };
      const places = await Promise.all([
        two.append('tea', { envelope: 'a' }, LIMITS, known),
        two.append('tea', { envelope: 'b' }, LIMITS),
      ]);
      expect(places.map(({ offset }) => offset)).toEqual([1, 2]);
      expect(places[0].epoch).not.toBe(head.epoch);
      expect(await latest(100)).toEqual(['a', 'b']);
    });

    it('breaks off: a new epoch, without messages', async () => {
      const head = await sayAll(3);
      const anew = await two.breakOff('tea', head.epoch);
      expect(anew.offset).toBe(0);
      expect(anew.epoch).not.toBe(head.epoch);
      expect(await headOf()).toEqual(anew);
      expect(await latest(100)).toEqual([]);
      expect(await after(head)).toBeUndefined();
      expect(await say(one, 'a')).toEqual({ ...anew, offset: 1 });
      expect(await after(anew)).toEqual([1]);
    });

    it('breaks off once, whoever asks for it at the same time or later', async () => {
      const head = await sayAll(3);
      const breaks = await Promise.all(
        [one, two, one, two].map((store) => store.breakOff('tea', head.epoch)),
      );
      for (const place of breaks) expect(place).toEqual(breaks[0]);
      const place = await say(one, 'a');
      expect(await two.breakOff('tea', head.epoch)).toEqual(place);
      expect(await latest(100)).toEqual(['a']);
    });

    it('breaks off a log that does not exist: it begins', async () => {
      const place = await one.breakOff('tea', 'another');
      expect(place.offset).toBe(0);
      expect(await two.heads(['tea'])).toEqual([place]);
    });

    it('never gives an epoch twice', async () => {
      const epochs = [(await headOf()).epoch];
      for (let count = 0; count < 50; count++) {
        epochs.push((await one.breakOff('tea', epochs.at(-1)!)).epoch);
      }
      const rooms = await Promise.all(numbers(50).map((each) => say(one, 'a', `room-${each}`)));
      for (const { epoch } of rooms) epochs.push(epoch);
      expect(new Set(epochs).size).toBe(101);
    });

    it('keeps whom a message leaves out', async () => {
      const exceptions = [
        undefined,
        { sockets: ['s1'], rooms: ['milk'], users: ['änn', '__proto__', '"'] },
        { users: [] },
        {},
      ];
      for (const except of exceptions) await one.append('tea', { envelope: 'a', except }, LIMITS);
      const { entries } = await two.readLatest('tea', 10, LIMITS);
      expect(entries).toEqual([
        { offset: 1, envelope: 'a' },
        ...exceptions.slice(1).map((except, index) => ({
          offset: index + 2,
          envelope: 'a',
          except,
        })),
      ]);
    });

    it('takes an envelope as it is', async () => {
      const envelopes = [
        '',
        '{"event":"a","data":"\\u0000"}',
        '\0\n\r\n\t"\'\\',
        'çağ 日本 😀 \u2028\ufeff',
        '$3\r\nfoo\r\n',
        'x'.repeat(2_000_000),
        '😀'.repeat(200_000),
      ];
      for (const envelope of envelopes) await say(one, envelope);
      expect(await latest(100)).toEqual(envelopes);
    });

    it('keeps rooms apart, whatever their names', async () => {
      const rooms = [
        'tea',
        'te',
        'tea:head',
        'tea:log',
        'Tea',
        '__proto__',
        'constructor',
        'hasOwnProperty',
        'a.b-c_d/e@f#g=h+i:j',
        'ärger 日本 😀',
        '*',
        'x'.repeat(128),
        ...numbers(100).map((each) => `room-${each}`),
      ];
      const heads = await Promise.all(rooms.map((room) => say(one, room, room)));
      expect(heads.map(({ offset }) => offset)).toEqual(rooms.map(() => 1));
      expect(new Set(heads.map(({ epoch }) => epoch)).size).toBe(rooms.length);
      expect(await two.heads(rooms)).toEqual(heads);
      const slices = await Promise.all(rooms.map((room) => two.readLatest(room, 10, LIMITS)));
      expect(slices.map(({ entries }) => entries.map(({ envelope }) => envelope))).toEqual(
        rooms.map((room) => [room]),
      );
      await one.breakOff('tea', heads[0]!.epoch);
      expect((await two.heads(rooms)).slice(1)).toEqual(heads.slice(1));
    });
  });
}
