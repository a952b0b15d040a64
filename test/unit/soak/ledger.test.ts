import { describe, expect, it } from 'vitest';
import { Ledger } from '../../../bench/soak/ledger.js';
import { Outages } from '../../../bench/soak/outages.js';

/** Later than anything is waited for. */
const MUCH_LATER_MS = 60_000;

/** A room with a member on each of two nodes, who say and hear things at times that the test chooses. */
function createRoom() {
  const outages = new Outages();
  const ledger = new Ledger(outages);
  const here = { node: 0 };
  const there = { node: 1 };
  const say = (timeMs: number): number => ledger.say(0, [here, there], timeMs);
  return { outages, ledger, here, there, say };
}

describe('the books of a soak', () => {
  it('count what came as delivered, and how long it took', () => {
    const { ledger, here, there, say } = createRoom();
    const n = say(100);
    ledger.hear(n, here, 101);
    ledger.hear(n, there, 103);
    ledger.settle(MUCH_LATER_MS);
    expect(ledger.account).toMatchObject({ said: 1, promised: 2, delivered: 2, lostAcross: 0 });
    expect(ledger.takeDelays()).toEqual([1, 3]);
    expect(ledger.takeDelays()).toEqual([]);
  });

  it('count what did not come as lost, on the same node and on another', () => {
    const { ledger, say } = createRoom();
    say(100);
    ledger.settle(5_000);
    expect(ledger.account.promised).toBe(0);
    ledger.settle(MUCH_LATER_MS);
    expect(ledger.account).toMatchObject({ promised: 2, delivered: 0 });
    expect(ledger.account).toMatchObject({ lostLocally: 1, lostAcross: 1 });
  });

  it('excuse what is missed while Redis is away, but not on the same node', () => {
    const { outages, ledger, there, say } = createRoom();
    const outage = outages.begin(1_000);
    say(1_500);
    outage.backMs = 4_000;
    ledger.settle(MUCH_LATER_MS);
    expect(ledger.account).toMatchObject({ lostLocally: 1, lostAcross: 0, missedInOutage: 1 });
    expect([...ledger.nodesThatMissed(outage)]).toEqual([there.node]);
  });

  it('know how long the nodes needed once Redis was back, and excuse nothing much later', () => {
    const { outages, ledger, here, say } = createRoom();
    const outage = outages.begin(1_000);
    outage.backMs = 4_000;
    for (const timeMs of [3_000, 5_900, 12_100]) ledger.hear(say(timeMs), here, timeMs + 1);
    ledger.settle(MUCH_LATER_MS);
    expect(ledger.account).toMatchObject({ missedInOutage: 2, lostAcross: 1, lostLocally: 0 });
    expect(outage.healingMs).toBe(1_900);
  });

  it('excuse what was on its way through a busy node when Redis was killed', () => {
    const { outages, ledger, here, say } = createRoom();
    const [early, late] = [say(1_000), say(1_001)];
    ledger.hear(early, here, 1_010);
    ledger.hear(late, here, 1_900);
    outages.begin(2_000).backMs = 4_000;
    ledger.settle(MUCH_LATER_MS);
    expect(ledger.account).toMatchObject({ lostAcross: 1, missedInOutage: 1 });
  });

  it('let nobody go who still has something to come', async () => {
    const { ledger, there, say } = createRoom();
    const n = say(100);
    let hasGone = false;
    const gone = ledger.nothingFor(there).then(() => (hasGone = true));
    await Promise.resolve();
    expect(hasGone).toBe(false);
    ledger.hear(n, there, 101);
    await gone;
  });
});
