import type { ConnectionRegistry } from '../connection/index.js';
import type { PresenceBook } from './presence-book.js';
import { ANYWHERE } from './presence-store.interface.js';

/** Says of every user of this node when they get their first connection and when they lose their last. */
export function trackUsers(connections: ConnectionRegistry, book: PresenceBook): void {
  const exitUnlessElsewhere = (userId: string | null, withGrace: boolean): void => {
    if (userId === null || connections.ofUser(userId).size > 0) return;
    book.exit(ANYWHERE, userId, withGrace);
  };
  connections.identified$.subscribe(({ userId, previous }) => {
    if (userId !== null) book.enter(ANYWHERE, userId, '');
    // Who signed out is not on their way back.
    exitUnlessElsewhere(previous, false);
  });
  connections.closed$.subscribe(({ socket }) => exitUnlessElsewhere(socket.userId, true));
}
