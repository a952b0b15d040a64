import { BounceSocket, type ConnectionRegistry } from '../connection/index.js';
import type { Exceptions } from '../backplane/index.js';

/** Leaves out all connections of a user. */
export interface UserException {
  /** The user's id. */
  readonly user: string;
}

/** Whom a broadcast leaves out: a socket, everybody in a room, or a user with all their connections. */
export type BroadcastException = BounceSocket<object> | string | UserException;

/** What other nodes are told: a socket is on this node, so it is nobody's there. */
export function forOtherNodes(exceptions: readonly BroadcastException[]): Exceptions | undefined {
  const rooms: string[] = [];
  const users: string[] = [];
  for (const exception of exceptions) {
    if (typeof exception === 'string') rooms.push(exception);
    else if (!(exception instanceof BounceSocket)) users.push(exception.user);
  }
  return rooms.length === 0 && users.length === 0 ? undefined : { rooms, users };
}

/** What a log notes, for every node and for who comes back. */
export function forTheLog(exceptions: readonly BroadcastException[]): Exceptions | undefined {
  const sockets = exceptions.filter((exception) => exception instanceof BounceSocket);
  if (sockets.length === 0) return forOtherNodes(exceptions);
  return { ...forOtherNodes(exceptions), sockets: sockets.map(({ id }) => id) };
}

/** What another node, or somebody outside, wants to have left out. */
export function fromOtherNodes(
  { sockets = [], rooms = [], users = [] }: Exceptions,
  connections: ConnectionRegistry,
): BroadcastException[] {
  const here = sockets.map((id) => connections.get(id)).filter((socket) => socket !== undefined);
  return [...here, ...rooms, ...users.map((user) => ({ user }))];
}
