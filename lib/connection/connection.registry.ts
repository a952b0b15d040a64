import { Inject, Injectable } from '@nestjs/common';
import { type Observable, Subject } from 'rxjs';
import { BOUNCE_WS_OPTIONS } from '../common/index.js';
import { BounceWsError, CloseCode } from '../protocol/index.js';
import type { BounceSocket } from './bounce-socket.js';
import type { ConnectionOptions } from './connection.options.js';
import type { Identity } from './identity.interface.js';
import { assertUserId } from './user-id.js';
import { UserIndex } from './user-index.js';

/** A connection that has ended. */
export interface ClosedConnection {
  readonly socket: BounceSocket;
  /** The close code: this side's own when it closed first, else the peer's; 1006 when there was none. */
  readonly code: number;
  readonly reason: string;
}

/** A connection whose user became known, changed or was forgotten. */
export interface IdentifiedConnection {
  readonly socket: BounceSocket;
  /** Whose it is now; `null` for nobody's. */
  readonly userId: string | null;
  /** Whose it was before. */
  readonly previous: string | null;
}

/** All open connections of this node. A connection is open once its connect hooks have settled. */
@Injectable()
export class ConnectionRegistry {
  readonly #sockets = new Map<string, BounceSocket>();
  readonly #opened = new Subject<BounceSocket>();
  readonly #closed = new Subject<ClosedConnection>();
  readonly #identified = new Subject<IdentifiedConnection>();
  readonly #users = new UserIndex();

  /** Each connection once it is open. */
  readonly opened$: Observable<BounceSocket> = this.#opened.asObservable();
  /**
   * Each connection that ended, open or refused by a connect hook, before its disconnect hooks run: by then it is in no
   * room and has no subscription any more. Its `userId` is still there.
   */
  readonly closed$: Observable<ClosedConnection> = this.#closed.asObservable();
  /**
   * Each open connection whose user became known, changed or was forgotten. One that opens with a user already known is
   * announced right after {@link opened$}. The end of a connection is announced by {@link closed$} alone, also that of
   * a connection that never opened and so never was here.
   */
  readonly identified$: Observable<IdentifiedConnection> = this.#identified.asObservable();

  constructor(
    @Inject(BOUNCE_WS_OPTIONS)
    private readonly options: Required<
      Pick<ConnectionOptions, 'connectionsPerUser' | 'connectionsPerUserPolicy'>
    >,
  ) {}

  /** How many connections are open. */
  get size(): number {
    return this.#sockets.size;
  }

  /** The open connections. */
  get sockets(): IterableIterator<BounceSocket> {
    return this.#sockets.values();
  }

  /** The open connection with that id. */
  get(id: string): BounceSocket | undefined {
    return this.#sockets.get(id);
  }

  /** The users that have a connection here. */
  get userIds(): IterableIterator<string> {
    return this.#users.userIds;
  }

  /** The connections of a user on this node, those included whose connect hooks still run. The set follows changes. */
  ofUser(userId: string): ReadonlySet<BounceSocket> {
    return this.#users.of(userId);
  }

  /**
   * Says whose connection it is: from then on it is reached by `toUser()`, and counts for presence. For apps that know
   * their users by other means than an `Authenticator`, such as a session cookie in a connect handler. On a connection that
   * is closed nothing happens.
   *
   * @param identity - `null` for nobody
   * @throws BounceWsError `invalid_payload` for an id that is none, `limit_exceeded` when the user has
   *   `connectionsPerUser` connections and the policy is `refuse`; then nothing has changed
   */
  identify(socket: BounceSocket, identity: Identity | null): void {
    if (identity !== null) assertUserId(identity.userId);
    if (socket.closed) return;
    const { userId: previous } = socket;
    const userId = identity?.userId ?? null;
    if (userId !== null && userId !== previous) this.#makeRoom(userId);
    socket.setIdentity(identity);
    if (userId === previous) return;
    this.#users.move(socket, previous, userId);
    if (this.#sockets.has(socket.id)) this.#identified.next({ socket, userId, previous });
  }

  /** Whether a user may have one more connection here. */
  hasRoomFor(userId: string): boolean {
    const { connectionsPerUser, connectionsPerUserPolicy } = this.options;
    return (
      connectionsPerUserPolicy !== 'refuse' || this.#openOf(userId).length < connectionsPerUser
    );
  }

  /** @internal */
  open(socket: BounceSocket): void {
    this.#sockets.set(socket.id, socket);
    this.#opened.next(socket);
    const { userId } = socket;
    if (userId !== null) this.#identified.next({ socket, userId, previous: null });
  }

  /** @internal */
  close(connection: ClosedConnection): void {
    const { socket } = connection;
    this.#sockets.delete(socket.id);
    this.#users.move(socket, socket.userId, null);
    socket.release();
    this.#closed.next(connection);
  }

  #makeRoom(userId: string): void {
    const { connectionsPerUser: max, connectionsPerUserPolicy } = this.options;
    if (connectionsPerUserPolicy === 'allow') return;
    if (!this.hasRoomFor(userId)) {
      throw new BounceWsError('limit_exceeded', 'The user has too many connections', {
        details: { limit: 'connectionsPerUser', max },
      });
    }
    const oldestFirst = this.#openOf(userId);
    for (const socket of oldestFirst.slice(0, Math.max(oldestFirst.length - max + 1, 0))) {
      socket.close(CloseCode.Replaced, 'replaced');
    }
  }

  // One that closes is still there until the peer has answered.
  #openOf(userId: string): BounceSocket[] {
    return [...this.#users.of(userId)].filter(({ closed }) => !closed);
  }
}
