/** How long Redis has to answer, in milliseconds: a command, a probe, a connection attempt. */
export const REPLY_TIMEOUT_MS = 2_000;

/** Milliseconds between two probes of a connection. A frozen Redis keeps connections open, and tells nobody. */
export const PROBE_INTERVAL_MS = 5_000;

/** How long a node counts as alive after it last said so, in milliseconds. From bazis-ws. */
export const LEASE_MS = 10_000;

/** Milliseconds between two renewals of a lease. */
export const RENEW_INTERVAL_MS = 5_000;

/**
 * How long what a node has told stays in Redis without a renewal, in milliseconds. Longer than the lease, by which
 * readers go: so a renewal that comes late finds its lease gone before its data, and tells everything anew.
 */
export const NODE_DATA_MS = 3 * LEASE_MS;

/** The largest message that is taken from a channel, in bytes. */
export const MAX_MESSAGE_BYTES = 2_097_152;

/** What all keys and channels begin with when the app does not say. */
export const DEFAULT_PREFIX = 'bounce';
