const REASONS = {
  rate_limited: 'That was too fast. Wait a moment.',
  timeout: 'The server took too long to answer.',
  unavailable: 'The server is busy. Try again in a moment.',
};

/** Why the server refused, in words for the person at the keyboard. */
export function reasonOf(error) {
  const { code, details } = error;
  return (
    details?.fields?.[0]?.reason ??
    details?.message ??
    REASONS[code] ??
    'That did not work. Try again.'
  );
}
