import { describe, expect, it } from 'vitest';
import { WantedEvents } from '../../../lib/client/wanted-events.js';

describe('the events a client wants', () => {
  it('are told to a new server in one message', () => {
    const wanted = new WantedEvents();
    wanted.add(['a', 'b']);
    wanted.add(['b', 'c']);
    wanted.remove(['a']);
    expect(wanted.steps()).toEqual([{ event: 'subscribe', events: ['b', 'c'] }]);
  });

  it('are told as all but the excluded ones while the wildcard is on', () => {
    const wanted = new WantedEvents();
    wanted.add(['news', '*']);
    wanted.remove(['fast', 'clock']);
    wanted.add(['clock']);
    expect(wanted.steps()).toEqual([
      { event: 'subscribe', events: ['*'] },
      { event: 'unsubscribe', events: ['fast'] },
    ]);
  });

  it('are nothing at all after the wildcard was removed', () => {
    const wanted = new WantedEvents();
    wanted.add(['a', '*']);
    wanted.remove(['b']);
    wanted.remove(['*']);
    expect(wanted.steps()).toEqual([]);
  });

  it('are split where one message could not hold them', () => {
    const wanted = new WantedEvents();
    wanted.add(Array.from({ length: 120 }, (_, index) => `e${index}`));
    expect(wanted.steps().map(({ events }) => events.length)).toEqual([100, 20]);
  });

  it('forget what the server refused, and say whether that changed anything', () => {
    const wanted = new WantedEvents();
    expect(wanted.add(['a', 'typo', '*'])).toEqual(['a', 'typo', '*']);
    expect(wanted.add(['a', '*'])).toEqual([]);
    expect(wanted.forget(['typo', '*'])).toBe(true);
    expect(wanted.forget(['typo'])).toBe(false);
    expect(wanted.steps()).toEqual([{ event: 'subscribe', events: ['a'] }]);
  });
});
