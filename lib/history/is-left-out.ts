import type { Exceptions } from '../backplane/index.js';
import type { BounceSocket } from '../connection/index.js';

/**
 * Whether a message leaves a socket out.
 *
 * @param formerId - what the socket was called on the connection before
 */
export function isLeftOut(
  socket: BounceSocket<object>,
  except: Exceptions | undefined,
  formerId?: string,
): boolean {
  if (except === undefined) return false;
  const { sockets = [], rooms = [], users = [] } = except;
  return (
    sockets.includes(socket.id) ||
    (formerId !== undefined && sockets.includes(formerId)) ||
    (socket.userId !== null && users.includes(socket.userId)) ||
    rooms.some((room) => socket.rooms.has(room))
  );
}
