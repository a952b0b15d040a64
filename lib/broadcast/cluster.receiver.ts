import { Inject, Injectable, Logger } from '@nestjs/common';
import type { Backplane, ClusterAction, ClusterMessage } from '../backplane/index.js';
import { BACKPLANE } from '../common/index.js';
import {
  type BounceSocket,
  Clock,
  ConnectionRegistry,
  deliver,
  FrameCache,
} from '../connection/index.js';
import { RoomLogs } from '../history/index.js';
import { RoomService } from '../rooms/index.js';
import { fromOtherNodes } from './broadcast-exception.js';
import { ForwardedFrames } from './forwarded-frames.js';
import { Recipients } from './recipients.js';

type Sockets = Iterable<BounceSocket<object>>;
type ActionOf<T> = Extract<ClusterAction, { readonly type: T }>;

/** Does on this node what other nodes and processes ask for. A message that fails is logged and touches no other. */
@Injectable()
export class ClusterReceiver {
  readonly #logger = new Logger('BounceWs');
  readonly #actions: {
    readonly [T in ClusterAction['type']]: (action: ActionOf<T>, sockets: Sockets) => unknown;
  } = {
    forward: ({ envelope, lossy }, sockets) => {
      deliver(new ForwardedFrames(envelope), sockets, lossy);
    },
    numbered: (action, sockets) => {
      // With history on it is for `history/`, which listens itself: it knows what goes before it. While history is turned on,
      // node after node, those that have none yet send it as they would without.
      if (!this.history.isOn) this.#actions.forward({ ...action, type: 'forward' }, sockets);
    },
    emit: ({ event, data, lossy }, sockets) => {
      deliver(new FrameCache({ event, data, timestamp: this.clock.timestamp() }), sockets, lossy);
    },
    disconnect: ({ code, reason }, sockets) => {
      for (const socket of [...sockets]) socket.close(code, reason);
    },
    join: ({ room }, sockets) => this.roomService.joinAll([...sockets], room),
    leave: ({ room }, sockets) => this.roomService.leaveAll([...sockets], room),
  };

  constructor(
    private readonly recipients: Recipients,
    private readonly connections: ConnectionRegistry,
    private readonly roomService: RoomService,
    private readonly clock: Clock,
    private readonly history: RoomLogs,
    @Inject(BACKPLANE) backplane: Backplane,
  ) {
    backplane.received$.subscribe((message) => void this.#receive(message));
  }

  async #receive({ audience, except, action }: ClusterMessage): Promise<void> {
    try {
      const exceptions = except === undefined ? [] : fromOtherNodes(except, this.connections);
      const act = this.#actions[action.type] as (action: ClusterAction, to: Sockets) => unknown;
      await act(action, this.recipients.of(audience, exceptions));
    } catch (error) {
      this.#logger.error(
        `A "${action.type}" of another node failed`,
        error instanceof Error ? error.stack : String(error),
      );
    }
  }
}
