import type { Observable } from 'rxjs';
import type { Lossy } from '../connection/index.js';
import type { Audience, Channel, Exceptions } from './audience.js';

/** What a node asks all other nodes to do for an audience. */
export type ClusterAction =
  | {
      /** Send an envelope as it is; it is in the format of the codec `bounce`. */
      readonly type: 'forward';
      readonly envelope: string | Uint8Array;
      /** Whether it need not reach who is behind. */
      readonly lossy?: Lossy | undefined;
    }
  | {
      /** Send an envelope to a room, whose message of this number it is; the audience is that one room. */
      readonly type: 'numbered';
      /** Names the count. */
      readonly epoch: string;
      /** From 1. */
      readonly offset: number;
      /** In the format of the codec `bounce`, without room and offset. */
      readonly envelope: string | Uint8Array;
    }
  | {
      /** Encode and send an event; it comes from outside the cluster. */
      readonly type: 'emit';
      readonly event: string;
      readonly data: unknown;
      /** Whether it need not reach who is behind. */
      readonly lossy?: Lossy | undefined;
    }
  | { readonly type: 'disconnect'; readonly code: number; readonly reason: string }
  | { readonly type: 'join' | 'leave'; readonly room: string };

/** One message between nodes. */
export interface ClusterMessage {
  readonly audience: Audience;
  readonly except?: Exceptions | undefined;
  readonly action: ClusterAction;
}

/** Messages of another node may have been lost. */
export interface Gap {
  /** `missing`: the numbers of a node show a hole. `disconnected`: this node was not listening for a while. */
  readonly reason: 'missing' | 'disconnected';
  /** The node whose messages are missing; all nodes when there is none. */
  readonly nodeId?: string;
  /** The channel they were sent on; all channels when there is none. */
  readonly channel?: Channel;
}

/**
 * Carries messages between the nodes of a cluster.
 *
 * - **Delivery**: at most once, to every node that listens to one of the audience's channels when the message passes,
 *   never to the node that published it. What may have been lost shows in {@link gap$}.
 * - **Ordering**: what one node publishes on one channel arrives everywhere in that order, each message once.
 * - **Expiry**: nothing is kept. What cannot be handed over within two seconds is dropped, counted and logged.
 * - **Who may call**: {@link publish} is called by `broadcast/` and {@link subscribe} by whoever has the local members, at
 *   any time, also while there is no connection. Neither ever throws or rejects because of the network.
 */
export interface Backplane {
  /** Whether there are never other nodes: then nobody needs to encode, publish or subscribe anything. */
  readonly isAlone: boolean;
  /** Messages of other nodes, from channels that this node listens to. */
  readonly received$: Observable<ClusterMessage>;
  /** Each time messages may have been lost. */
  readonly gap$: Observable<Gap>;
  /** Takes a message to be published. It returns at once. */
  publish(message: ClusterMessage): void;
  /** Fulfilled when everything published so far was handed over, or dropped. Never rejects. */
  flushed(): Promise<void>;
  /**
   * Listens to a channel; doing so already is no error.
   *
   * @returns when it arrives here what others publish from now on; without a connection at once: it is caught up on
   *   when there is one. Never rejects.
   */
  subscribe(channel: Channel): Promise<void>;
  /** Stops listening some time later, unless {@link subscribe} is called before. */
  unsubscribe(channel: Channel): void;
}
