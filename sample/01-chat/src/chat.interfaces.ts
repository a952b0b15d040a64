import type { BounceSocket } from 'bounce-ws';

/** What the chat knows about a connection; empty until its page has introduced itself. */
export interface Person {
  name?: string;
  /** A secret the page keeps for as long as its tab lives. */
  tab?: string;
}

export type ChatSocket = BounceSocket<Person>;

export interface ChatMessage {
  id: string;
  room: string;
  from: string;
  text: string;
  at: string;
}
