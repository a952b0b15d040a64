import { SAID } from '../payloads.js';
import type { Crowd } from './crowd.js';
import { clientFrame } from './frames.js';
import type { RoomSettings, SaySettings } from './load-calls.interface.js';
import type { Message } from './wire.js';

const STEP_MS = 1;

/** Messages that may be on their way at the same time, of all senders together. */
const MAX_UNDELIVERED = 300;

/** The rooms of one connection: every room gets as many members as any other, and as many of the first connections. */
function roomsOf(connection: number, { rooms, roomsPerConnection }: RoomSettings): string[] {
  const distance = rooms / roomsPerConnection;
  return Array.from(
    { length: roomsPerConnection },
    (_, index) => `room-${(connection + index * distance) % rooms}`,
  );
}

/** What a connection sends to get into its rooms. */
export function joinsOf(connection: number, settings: RoomSettings): Message[] {
  return roomsOf(connection, settings).map((room) => ({ event: 'join', data: { room } }));
}

/**
 * The first connections talk in their rooms in turn, at a steady rate for all of them together. They wait for a server
 * that falls behind: a queue that only grows would measure nothing.
 */
export function startSaying(crowd: Crowd, settings: SaySettings): void {
  const { connections, wire } = crowd;
  const { senders, messagesPerSecond, roomsPerConnection } = settings;
  const rooms = Array.from({ length: senders }, (_, index) => roomsOf(index, settings));
  const membersPerRoom = (connections.length * roomsPerConnection) / settings.rooms;
  const receivedBefore = crowd.received;
  let lastMs = performance.now();
  let sent = 0;
  let due = 0;
  setInterval(() => {
    const now = performance.now();
    const delivered = (crowd.received - receivedBefore) / membersPerRoom;
    due += ((now - lastMs) / 1_000) * messagesPerSecond;
    due = Math.min(due, delivered + MAX_UNDELIVERED);
    lastMs = now;
    for (; sent < due; sent++) {
      const sender = sent % senders;
      const room = rooms[sender]![Math.floor(sent / senders) % roomsPerConnection];
      const text = wire.encode({ event: 'say', data: { room, text: SAID } });
      connections[sender]!.write(clientFrame(text));
    }
  }, STEP_MS);
}
