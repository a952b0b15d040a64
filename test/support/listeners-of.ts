/** How many listeners an emitter has for each of its events, in a fixed order. */
export function listenersOf(emitter: {
  eventNames(): (string | symbol)[];
  listenerCount(event: string | symbol): number;
}): string[] {
  return emitter
    .eventNames()
    .map((event) => `${String(event)} ${emitter.listenerCount(event)}`)
    .toSorted();
}
