import type { Page } from 'playwright-core';

/** Collects the events of all WebSocket messages that a page receives from now on, oldest first. */
export function receivedEvents(page: Page): string[] {
  const events: string[] = [];
  page.on('websocket', (socket) => {
    socket.on('framereceived', ({ payload }) => {
      events.push((JSON.parse(payload.toString()) as { event: string }).event);
    });
  });
  return events;
}
