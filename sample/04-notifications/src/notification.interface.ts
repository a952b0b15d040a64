/** What a page shows, whoever sent it: another page, or a process that has nothing to do with Nest. */
export interface Notification {
  id: string;
  text: string;
  /** The name of the sender. */
  from: string;
  /** Whether everybody gets it. */
  toAll: boolean;
  at: string;
}
