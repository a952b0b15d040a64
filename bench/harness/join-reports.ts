import type { WindowReport } from '../servers/support/server-calls.interface.js';

/** One report of servers that did something together: what they spent is added up, and the latest event loop counts. */
export function joinReports(reports: readonly WindowReport[]): WindowReport {
  const [first, ...others] = reports;
  return others.reduce(
    (joined, { cpuSeconds, delayP99Ms, rssBytes, ticks }) => ({
      ...joined,
      cpuSeconds: joined.cpuSeconds + cpuSeconds,
      delayP99Ms: Math.max(joined.delayP99Ms, delayP99Ms),
      rssBytes: joined.rssBytes + rssBytes,
      ticks: joined.ticks + ticks,
    }),
    first!,
  );
}
