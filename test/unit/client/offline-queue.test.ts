import { describe, expect, it } from 'vitest';
import { OfflineQueue } from '../../../lib/client/offline-queue.js';
import type { Frame } from '../../../lib/client/web-socket-like.interface.js';

const LIMITS = { maxMessages: 3, maxBytes: 10 };

function contents(queue: OfflineQueue): Frame[] {
  const frames: Frame[] = [];
  queue.flush((frame) => frames.push(frame) > 0);
  return frames;
}

describe('the offline queue', () => {
  it('hands everything over once, oldest first', () => {
    const queue = new OfflineQueue(LIMITS);
    for (const frame of ['a', 'b', 'c']) queue.add(frame);
    expect(contents(queue)).toEqual(['a', 'b', 'c']);
    expect(contents(queue)).toEqual([]);
  });

  it('keeps what could not be sent, in its order', () => {
    const queue = new OfflineQueue(LIMITS);
    for (const frame of ['a', 'b', 'c']) queue.add(frame);
    queue.flush((frame) => frame === 'a');
    expect(contents(queue)).toEqual(['b', 'c']);
  });

  it('refuses one message too many and keeps the others', () => {
    const queue = new OfflineQueue(LIMITS);
    for (const frame of ['a', 'b', 'c']) queue.add(frame);
    expect(() => queue.add('d')).toThrow(
      expect.objectContaining({
        code: 'limit_exceeded',
        details: { limit: 'queuedMessages', max: 3 },
      }),
    );
    expect(contents(queue)).toEqual(['a', 'b', 'c']);
  });

  it('counts bytes, not characters', () => {
    const queue = new OfflineQueue(LIMITS);
    queue.add('€€€');
    expect(() => queue.add('ab')).toThrow(
      expect.objectContaining({ details: { limit: 'queuedBytes', max: 10 } }),
    );
    queue.add('a');
    expect(contents(queue)).toEqual(['€€€', 'a']);
  });

  it('gives the room of forgotten and sent messages back', () => {
    const queue = new OfflineQueue(LIMITS);
    queue.add('12345', 7);
    queue.add('67890');
    expect([queue.has(7), queue.has(8)]).toEqual([true, false]);
    queue.remove(7);
    expect(queue.has(7)).toBe(false);
    queue.add('abcde');
    expect(contents(queue)).toEqual(['67890', 'abcde']);
    queue.add('1234567890');
    queue.clear();
    queue.add('1234567890');
    expect(contents(queue)).toEqual(['1234567890']);
  });
});
