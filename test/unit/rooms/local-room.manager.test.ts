import type { BounceSocket } from 'bounce-ws';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { LocalRoomManager } from '../../../lib/rooms/index.js';

/** A room manager only ever compares sockets; it asks nothing of them. */
const aSocket = (): BounceSocket<object> => ({}) as BounceSocket<object>;

describe('LocalRoomManager', () => {
  it('keeps the same book of any joins and leaves as a list of pairs would', () => {
    const rooms = ['a', 'b', '__proto__', 'constructor'];
    const step = fc.record({
      what: fc.constantFrom('join', 'leave', 'leaveAll'),
      socket: fc.integer({ min: 0, max: 3 }),
      room: fc.constantFrom(...rooms),
    });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
        const manager = new LocalRoomManager();
        const sockets = Array.from({ length: 4 }, aSocket);
        const present = new Set<string>();
        const gone = new Set<number>();
        for (const { what, socket, room } of steps) {
          // A socket that left all its rooms has closed, and does not come back.
          if (gone.has(socket)) continue;
          const target = sockets[socket]!;
          if (what === 'leaveAll') {
            manager.leaveAll(target);
            gone.add(socket);
            for (const name of rooms) present.delete(`${socket} ${name}`);
          } else {
            manager[what](target, room);
            if (what === 'join') present.add(`${socket} ${room}`);
            else present.delete(`${socket} ${room}`);
          }
        }
        for (const room of rooms) {
          const members = sockets.filter((_, index) => present.has(`${index} ${room}`));
          expect(new Set(manager.members(room))).toEqual(new Set(members));
        }
        const taken = rooms.filter((room) =>
          [...present].some((pair) => pair.endsWith(` ${room}`)),
        );
        expect([...manager.rooms()].toSorted()).toEqual(taken.toSorted());
      }),
    );
  });

  it('goes on telling the rooms a closed socket was in last', () => {
    const manager = new LocalRoomManager();
    const socket = aSocket();
    manager.join(socket, 'tea');
    manager.join(socket, 'cake');
    manager.leave(socket, 'cake');
    manager.leaveAll(socket);
    expect([...manager.roomsOf(socket)]).toEqual(['tea']);
    expect(manager.members('tea').size).toBe(0);
    expect([...manager.rooms()]).toEqual([]);
  });

  it('has empty answers for what it does not know', () => {
    const manager = new LocalRoomManager();
    expect(manager.members('nowhere').size).toBe(0);
    expect(manager.roomsOf(aSocket()).size).toBe(0);
    manager.leave(aSocket(), 'nowhere');
    manager.leaveAll(aSocket());
    expect([...manager.rooms()]).toEqual([]);
  });
});
