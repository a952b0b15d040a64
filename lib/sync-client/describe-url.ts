/** An address as it may stand in a message: without the query or a password, which may be secret. */
export function describeUrl(address: string): string {
  const { protocol, host, pathname } = new URL(address);
  return `${protocol}//${host}${pathname}`;
}
