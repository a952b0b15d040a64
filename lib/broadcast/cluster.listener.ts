import { Inject, Injectable } from '@nestjs/common';
import type { Backplane } from '../backplane/index.js';
import { BACKPLANE } from '../common/index.js';
import { ConnectionRegistry } from '../connection/index.js';

/** Lets this node hear what others send to everybody, and to the users that are connected here. */
@Injectable()
export class ClusterListener {
  constructor(
    private readonly connections: ConnectionRegistry,
    @Inject(BACKPLANE) private readonly backplane: Backplane,
  ) {
    if (backplane.isAlone) return;
    void backplane.subscribe('all');
    connections.identified$.subscribe(({ userId, previous }) => {
      if (userId !== null) void backplane.subscribe(`user:${userId}`);
      if (previous !== null) this.#leave(previous);
    });
    connections.closed$.subscribe(({ socket: { userId } }) => {
      if (userId !== null) this.#leave(userId);
    });
  }

  #leave(userId: string): void {
    if (this.connections.ofUser(userId).size === 0) this.backplane.unsubscribe(`user:${userId}`);
  }
}
