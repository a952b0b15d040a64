import {
  Inject,
  Injectable,
  Logger,
  type OnModuleDestroy,
  type OnModuleInit,
} from '@nestjs/common';
import { type Observable, Subject, type Subscription } from 'rxjs';
import { AUTHENTICATOR, BOUNCE_WS_OPTIONS } from '../common/index.js';
import { type BounceSocket, ConnectionRegistry, TokenBucket } from '../connection/index.js';
import { CloseCode, ERROR_MESSAGES, type ErrorCode, ReservedEvent } from '../protocol/index.js';
import type { ResolvedAuthOptions } from './auth.options.js';
import type { AuthenticatedUser, Authenticator, Revocation } from './authenticator.interface.js';
import { type Deadline, DeadlineQueue } from './deadline.queue.js';

/** Attempts to authenticate that one connection has: five at once, and five a minute. */
const ATTEMPTS = { burst: 5, perSecond: 5 / 60 };

/** What is kept of a connection that has, or must have, a token. */
interface UserSession {
  readonly socket: BounceSocket;
  /** Connect handlers wait for the token. */
  isWaiting: boolean;
  tokenId?: string | undefined;
  expiresAtMs: number;
  deadline?: Deadline<UserSession> | undefined;
  attempts?: TokenBucket;
}

/** Knows how long each connection may go on as the user it is, and ends it when that is over. One timer for all. */
@Injectable()
export class SessionKeeper implements OnModuleInit, OnModuleDestroy {
  /** Whether nobody is let in without a token. */
  readonly required: boolean;

  readonly #logger = new Logger('BounceWs');
  readonly #sessions = new WeakMap<BounceSocket, UserSession>();
  readonly #deadlines = new DeadlineQueue<UserSession>((session) => this.#onDue(session));
  readonly #admitted = new Subject<BounceSocket>();
  #revocations: Subscription | undefined;

  /** Each connection that had to wait for its token and now has one. */
  readonly admitted$: Observable<BounceSocket> = this.#admitted.asObservable();

  constructor(
    @Inject(AUTHENTICATOR) private readonly authenticator: Authenticator | undefined,
    @Inject(BOUNCE_WS_OPTIONS) private readonly options: Pick<ResolvedAuthOptions, 'auth'>,
    private readonly connections: ConnectionRegistry,
  ) {
    this.required = options.auth !== false && options.auth.required;
    if (options.auth === false) return;
    connections.closed$.subscribe(({ socket }) => {
      const session = this.#sessions.get(socket);
      if (session !== undefined) this.#clearDeadline(session);
    });
  }

  /** Begins to listen for revocations. */
  onModuleInit(): void {
    this.#revocations = this.authenticator?.revoked$?.subscribe({
      next: (revocation) => this.#revoke(revocation),
      error: (error: unknown) =>
        this.#logger.error(
          'The revocations of the authenticator ended',
          error instanceof Error ? error.stack : String(error),
        ),
    });
  }

  /** Stops the timer. */
  onModuleDestroy(): void {
    this.#revocations?.unsubscribe();
    this.#deadlines.clear();
  }

  /** Gives a connection time to send its token. */
  expectToken(socket: BounceSocket): void {
    const { auth } = this.options;
    if (auth === false) return;
    const session = this.#sessionOf(socket);
    session.isWaiting = true;
    session.deadline = this.#deadlines.add(Date.now() + auth.timeoutMs, session);
  }

  /** Whether a connection may try another token now. */
  mayTry(socket: BounceSocket): boolean {
    const session = this.#sessionOf(socket);
    session.attempts ??= new TokenBucket(ATTEMPTS, Date.now());
    return session.attempts.take(Date.now());
  }

  /**
   * Begins a user's session on a connection, or makes it last as long as their new token.
   *
   * @returns milliseconds until it ends; `null` for never
   * @throws BounceWsError `limit_exceeded` when the user has too many connections; then nothing has changed
   */
  begin(socket: BounceSocket, user: AuthenticatedUser): number | null {
    const { expiresAtMs = Infinity, tokenId } = user;
    // One that has ended is not looked at again, so nothing may be kept for it.
    if (!socket.closed) {
      this.connections.identify(socket, { userId: user.userId, user: user.user });
      const session = this.#sessionOf(socket);
      const { isWaiting } = session;
      Object.assign(session, { isWaiting: false, expiresAtMs, tokenId });
      this.#scheduleReminder(session);
      if (isWaiting) this.#admitted.next(socket);
    }
    return Number.isFinite(expiresAtMs) ? expiresAtMs - Date.now() : null;
  }

  #sessionOf(socket: BounceSocket): UserSession {
    let session = this.#sessions.get(socket);
    if (session === undefined) {
      session = { socket, isWaiting: false, expiresAtMs: Infinity };
      this.#sessions.set(socket, session);
    }
    return session;
  }

  #scheduleReminder(session: UserSession): void {
    this.#clearDeadline(session);
    const { auth } = this.options;
    const { expiresAtMs } = session;
    if (auth === false || !Number.isFinite(expiresAtMs)) return;
    const reminderAtMs = expiresAtMs - auth.renewBeforeMs;
    const isReminded = reminderAtMs > Date.now();
    session.deadline = this.#deadlines.add(isReminded ? reminderAtMs : expiresAtMs, session);
  }

  #clearDeadline(session: UserSession): void {
    if (session.deadline !== undefined) this.#deadlines.remove(session.deadline);
    session.deadline = undefined;
  }

  #onDue(session: UserSession): void {
    const { socket, expiresAtMs, isWaiting } = session;
    session.deadline = undefined;
    if (isWaiting) socket.close(CloseCode.Timeout, 'authentication timeout');
    else if (expiresAtMs <= Date.now()) this.#end(socket, 'expired_token');
    else {
      // Clients of other formats do not know the event.
      if (socket.codec.hasIds === true) {
        socket.deliver(ReservedEvent.Authenticate, { expiresInMs: expiresAtMs - Date.now() });
      }
      session.deadline = this.#deadlines.add(expiresAtMs, session);
    }
  }

  #revoke({ userId, tokenId }: Revocation): void {
    for (const socket of [...this.connections.ofUser(userId)]) {
      if (tokenId !== undefined && this.#sessions.get(socket)?.tokenId !== tokenId) continue;
      this.#end(socket, 'invalid_token');
    }
  }

  #end(socket: BounceSocket, code: ErrorCode): void {
    socket.deliver(ReservedEvent.Error, { code, message: ERROR_MESSAGES[code] });
    socket.close(CloseCode.Unauthenticated, code);
  }
}
