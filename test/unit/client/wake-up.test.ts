import { describe, expect, it } from 'vitest';
import { watchWakeUps, type WakeUpScope } from '../../../lib/client/wake-up.js';

class PageDocument extends EventTarget {
  visibilityState = 'hidden';
}

class Page extends EventTarget {
  readonly document = new PageDocument();
}

function watch(scope: WakeUpScope): { calls: () => number; stop: () => void } {
  let calls = 0;
  const stop = watchWakeUps(() => void (calls += 1), scope);
  return { calls: () => calls, stop };
}

describe('waking up', () => {
  it('happens when the network comes or goes', () => {
    const page = new Page();
    const { calls } = watch(page);
    page.dispatchEvent(new Event('offline'));
    page.dispatchEvent(new Event('online'));
    expect(calls()).toBe(2);
  });

  it('happens when the page is shown, not when it is hidden', () => {
    const page = new Page();
    const { calls } = watch(page);
    page.document.dispatchEvent(new Event('visibilitychange'));
    expect(calls()).toBe(0);
    page.document.visibilityState = 'visible';
    page.document.dispatchEvent(new Event('visibilitychange'));
    expect(calls()).toBe(1);
  });

  it('stops when told to', () => {
    const page = new Page();
    const { calls, stop } = watch(page);
    stop();
    page.document.visibilityState = 'visible';
    page.document.dispatchEvent(new Event('visibilitychange'));
    page.dispatchEvent(new Event('online'));
    expect(calls()).toBe(0);
  });

  it('never happens outside a browser', () => {
    const { calls, stop } = watch({});
    stop();
    expect(calls()).toBe(0);
  });
});
