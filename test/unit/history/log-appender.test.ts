import { setImmediate as turn } from 'node:timers/promises';
import { type HistoryPosition, type LoggedMessage, MemoryHistoryStore } from 'bounce-ws';
import { beforeEach, describe, expect, it } from 'vitest';
import { LogAppender } from '../../../lib/history/log-appender.js';
import { deferred } from '../../support/deferred.js';

const SETTINGS = { size: 20_000, ttlMs: 60_000, maxRecovered: 100, rooms: () => true };

/** A store that can be away, and that is slow when it is told to be. */
class FlakyStore extends MemoryHistoryStore {
  override isReady = true;
  /** What breaking off waits for, once it has happened. */
  answer: Promise<void> = Promise.resolve();

  override async breakOff(room: string, epoch: string): Promise<HistoryPosition> {
    const position = await super.breakOff(room, epoch);
    await this.answer;
    return position;
  }
}

describe('the messages of a node, on their way into the log', () => {
  let store: FlakyStore;
  let appender: LogAppender;
  let out: string[];
  let problems: unknown[];
  let known: HistoryPosition | undefined;

  beforeEach(() => {
    [out, problems, known] = [[], [], undefined];
    store = new FlakyStore();
    appender = new LogAppender({
      store,
      settings: SETTINGS,
      known: () => known,
      numbered: (_room, { envelope }, { offset }) => void out.push(`${envelope}:${offset}`),
      unnumbered: (_room, { envelope }) => void out.push(envelope),
      brokenOff: () => undefined,
      report: (error) => void problems.push(error),
    });
  });

  const say = (text: string): void => appender.append('tea', message(text));
  const message = (envelope: string): LoggedMessage => ({ envelope });
  const log = async (): Promise<string[]> =>
    (await store.readLatest('tea', 100, SETTINGS)).entries.map(({ envelope }) => envelope);
  const epoch = async (): Promise<string> =>
    (await store.readLatest('tea', 0, SETTINGS)).head.epoch;

  /** Says something while the store is away. */
  const tear = (text: string): void => {
    store.isReady = false;
    say(text);
    store.isReady = true;
  };

  it('are all numbered, also ten thousand of one turn', async () => {
    for (let n = 1; n <= 10_000; n++) say('x');
    await appender.allSettled();
    expect(out.at(-1)).toBe('x:10000');
  });

  it('overtake nobody while the log is broken off', async () => {
    const answer = deferred();
    store.answer = answer.promise;
    say('before');
    await appender.allSettled();
    tear('torn');
    say('one');
    say('two');
    answer.resolve();
    // At every moment of what happens then.
    for (let n = 0; n < 20; n++) {
      say(`later ${n}`);
      await Promise.resolve();
    }
    await appender.allSettled();
    const later = Array.from({ length: 20 }, (_value, n) => `later ${n}`);
    expect(await log()).toEqual(['one', 'two', ...later]);
    expect(out.slice(0, 4)).toEqual(['before:1', 'torn', 'one:1', 'two:2']);
  });

  it('break the log off again when one went without a number meanwhile', async () => {
    const answer = deferred();
    store.answer = answer.promise;
    say('before');
    await appender.allSettled();
    tear('torn');
    const repaired = appender.repairAll();
    await turn();
    const during = await epoch();
    tear('torn again');
    answer.resolve();
    await repaired;
    await appender.repairAll();
    expect(await epoch()).not.toBe(during);
  });

  it('break the log off also where another node has, since it may not have been the last one back', async () => {
    say('before');
    await appender.allSettled();
    known = { epoch: await epoch(), offset: 1 };
    store.isReady = false;
    await store.breakOff('tea', known.epoch);
    const anothers = await epoch();
    say('torn');
    store.isReady = true;
    await appender.repairAll();
    expect(await epoch()).not.toBe(anothers);
  });

  it('go on when one of them makes the rest of the node fail', async () => {
    const failing = new LogAppender({
      store,
      settings: SETTINGS,
      known: () => undefined,
      numbered: (_room, { envelope }) => {
        if (envelope === 'bad') throw new Error('nobody expects it');
        out.push(envelope);
      },
      unnumbered: () => out.push('unnumbered'),
      brokenOff: () => undefined,
      report: (error) => void problems.push(error),
    });
    failing.append('tea', message('bad'));
    failing.append('tea', message('good'));
    await failing.allSettled();
    expect(out).toEqual(['good']);
    expect(problems).toHaveLength(1);
  });
});
