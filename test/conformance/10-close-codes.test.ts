import { describe, expect, it } from 'vitest';
import { answerTo } from './support/dialogue.js';
import { useTarget } from './support/target.js';

const target = useTarget();

const nested = '['.repeat(33) + ']'.repeat(33);
const keys = Array(1_001).fill('"k":0').join(',');

/** One bad message of each code. */
const BAD = [
  ['bad_json', '{'],
  ['bad_envelope', '{"event":5}'],
  ['bad_timestamp', '{"event":"echo","timestamp":"now"}'],
  ['too_deep', `{"event":"echo","data":${nested}}`],
  ['limit_exceeded', `{"event":"echo","data":{${keys}}}`],
] as const;

/** A bad message; each kind takes its turn. */
const bad = (index: number): string => BAD[index % BAD.length]![1];

describe('10 Close code 4400', () => {
  it.each(BAD)('ends a connection at its tenth %s', async (_code, frame) => {
    const peer = await target.connect();
    for (let count = 1; count <= 10; count++) peer.sendRaw(frame);
    expect((await peer.closed).code).toBe(4400);
  });

  it('counts every kind of bad message, and good ones between do not help', async () => {
    const peer = await target.connect();
    for (let count = 1; count <= 9; count++) {
      expect((await answerTo(peer, bad(count))).event).toBe('error');
      expect((await peer.request('echo', count)).data).toBe(count);
    }
    peer.sendRaw(bad(0));
    expect((await peer.closed).code).toBe(4400);
  });

  it('does not come for other errors', async () => {
    const peer = await target.connect();
    for (let count = 1; count <= 30; count++) {
      expect((await peer.request('nobody')).event).toBe('error');
      expect((await peer.request('hello')).event).toBe('error');
      expect((await peer.request('add', { a: 'x' })).event).toBe('error');
    }
    expect((await peer.request('echo', 'still here')).data).toBe('still here');
  });

  it('ends that connection alone', async () => {
    const [good, worse] = [await target.connect(), await target.connect()];
    for (let count = 1; count <= 10; count++) worse.sendRaw(bad(count));
    await worse.closed;
    expect((await good.request('echo', 'still here')).data).toBe('still here');
  });

  it('handles nothing after the tenth', async () => {
    const [witness, worse] = [await target.connect(), await target.connect()];
    await witness.request('join', { room: 'after-the-tenth' });
    for (let count = 1; count <= 10; count++) worse.sendRaw(bad(count));
    worse.send('say', { room: 'after-the-tenth', text: 'too late' });
    await worse.closed;
    expect(await target.settled(witness)).toEqual([]);
  });
});
