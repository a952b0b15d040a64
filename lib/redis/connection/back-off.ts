const FIRST_MS = 50;
const CEILING_MS = 1_000;
/** For a server that is there and says no: a wrong password does not get better by asking often. */
const REFUSED_CEILING_MS = 10_000;

/** Error replies of Redis begin with a word in capitals: `WRONGPASS`, `NOAUTH`, `READONLY`, `ERR`. */
const ERROR_REPLY = /^[A-Z]{3,} /;

/** How long to wait before the next attempt: doubled each time, and spread, so that nodes do not come all at once. */
export function backOffMs(attempt: number, error: Error): number {
  const isRefused = ERROR_REPLY.test(error.message) && !error.message.startsWith('LOADING');
  const ceiling = isRefused ? REFUSED_CEILING_MS : CEILING_MS;
  return Math.min(ceiling, FIRST_MS * 2 ** attempt) * (0.5 + Math.random() / 2);
}
