import { Injectable } from '@nestjs/common';
import type { ChatMessage } from './chat.interfaces.js';

const MESSAGES_PER_ROOM = 50;
const ROOMS_REMEMBERED = 100;

/** The last words of each room, for those who come later. In memory and bounded: a restart forgets them. */
@Injectable()
export class ChatHistory {
  private readonly messages = new Map<string, ChatMessage[]>();

  add(message: ChatMessage): void {
    const { room } = message;
    const kept = [...this.recent(room), message].slice(-MESSAGES_PER_ROOM);
    // Deleting first moves the room to the end: the first key is then the room that has been silent for longest.
    this.messages.delete(room);
    this.messages.set(room, kept);
    for (const oldest of this.messages.keys()) {
      if (this.messages.size <= ROOMS_REMEMBERED) break;
      this.messages.delete(oldest);
    }
  }

  recent(room: string): readonly ChatMessage[] {
    return this.messages.get(room) ?? [];
  }

  rooms(): string[] {
    return [...this.messages.keys()];
  }
}
