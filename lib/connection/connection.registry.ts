import { Injectable } from '@nestjs/common';
import { type Observable, Subject } from 'rxjs';
import type { BounceSocket } from './bounce-socket.js';

/** A connection that has ended. */
export interface ClosedConnection {
  readonly socket: BounceSocket;
  /** The close code: this side's own when it closed first, else the peer's; 1006 when there was none. */
  readonly code: number;
  readonly reason: string;
}

/** All open connections of this node. A connection is open once its connect hooks have settled. */
@Injectable()
export class ConnectionRegistry {
  readonly #sockets = new Map<string, BounceSocket>();
  readonly #opened = new Subject<BounceSocket>();
  readonly #closed = new Subject<ClosedConnection>();

  /** Each connection once it is open. */
  readonly opened$: Observable<BounceSocket> = this.#opened.asObservable();
  /**
   * Each connection that ended, open or refused by a connect hook, before its disconnect hooks run: by then it is in no
   * room and has no subscription any more.
   */
  readonly closed$: Observable<ClosedConnection> = this.#closed.asObservable();

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

  /** @internal */
  open(socket: BounceSocket): void {
    this.#sockets.set(socket.id, socket);
    this.#opened.next(socket);
  }

  /** @internal */
  close(connection: ClosedConnection): void {
    this.#sockets.delete(connection.socket.id);
    connection.socket.release();
    this.#closed.next(connection);
  }
}
