import type { HistoryPosition } from './history-store.interface.js';

/** Whether a log stands before where it stood. */
export function isBefore(head: HistoryPosition, before: HistoryPosition | undefined): boolean {
  return head.epoch === before?.epoch && head.offset < before.offset;
}
