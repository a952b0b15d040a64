import { isJsonObject } from '../protocol/is-json-object.js';

/** What a page sends: the event's name, under `event` or `op`, and the fields of its data beside it. */
export type PageMessage = Readonly<Record<string, unknown>>;

/** What a page's handlers are called with: the fields of the data, and the event's name. */
export type PageEvent = Readonly<Record<string, unknown>> & { readonly event: string };

/** Parts a page's message into event and data. @throws TypeError when there is no event in it */
export function splitPageMessage(message: PageMessage): [event: string, data: PageMessage] {
  const nameKey = message?.['event'] === undefined ? 'op' : 'event';
  const { [nameKey]: event, ...data } = message ?? {};
  if (typeof event === 'string') return [event, data];
  throw new TypeError('sendMessage needs an object with an event');
}

/** Joins event and data for a page's handler. */
export function joinPageEvent(event: string, data: unknown): PageEvent {
  return isJsonObject(data) ? { ...data, event } : { event, data };
}
