const PREFIX = 'user_ws';

/** A channel or key of bazis-ws: what it begins with and the parts, as they are, with colons between. */
export function bazisKey(...parts: readonly string[]): string {
  return [PREFIX, ...parts].join(':');
}

/** Whether what begins with this prefix could be a channel or key of bazis-ws. */
export function isBazisPrefix(prefix: string): boolean {
  return prefix === PREFIX || prefix.startsWith(`${PREFIX}:`);
}
