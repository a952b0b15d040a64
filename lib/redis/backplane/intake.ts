import { type Observable, Subject } from 'rxjs';
import type { Channel, ClusterMessage, Gap } from '../../backplane/index.js';
import type { ChannelListener, NodeLease, ProblemLog } from '../connection/index.js';
import type { Counters } from '../counters.js';
import { MAX_MESSAGE_BYTES } from '../redis.constants.js';
import { ChannelSequence } from './channel-sequence.js';
import { readForeignMessage } from './foreign-message.js';
import { KnownNodes } from './known-nodes.js';
import { isNodeMessage, type NodeMessage, readNodeMessage } from './node-message.js';
import type { Numbering } from './numbering.js';
import type { Rejection } from './rejection.js';
import { RecentMessages } from './recent-messages.js';

/** How many messages of nodes that are not known yet wait until somebody has asked. */
const MAX_UNKNOWN = 1_000;

interface Arrival extends NodeMessage {
  readonly channel: Channel;
  readonly sequence: ChannelSequence;
}

/** Takes what arrives on this node's channels: reads it, checks where it is from and notices what is missing. */
export class Intake {
  readonly #received = new Subject<ClusterMessage>();
  readonly received$: Observable<ClusterMessage> = this.#received.asObservable();
  readonly #open = new Map<Channel, ChannelSequence>();
  readonly #recent = new RecentMessages();
  readonly #known: KnownNodes;
  /** What came from nodes that are being asked after. */
  readonly #unknown = new Map<string, Arrival[]>();
  #unknownCount = 0;

  constructor(
    private readonly nodeId: string,
    private readonly numbering: Numbering,
    lease: NodeLease,
    private readonly counters: Counters,
    private readonly log: ProblemLog,
    private readonly gap: Subject<Gap>,
  ) {
    this.#known = new KnownNodes(lease);
    lease.renewed$.subscribe(({ expired }) => {
      if (expired.length > 0) this.#forget(lease.alive);
    });
  }

  /** Gives what is to be called with the messages of a channel. */
  open(channel: Channel): ChannelListener {
    const sequence = this.#open.get(channel) ?? new ChannelSequence();
    this.#open.set(channel, sequence);
    return (payload) => this.#take(payload, channel, sequence);
  }

  close(channel: Channel): void {
    this.#open.delete(channel);
  }

  /** Nothing arrived for a while. */
  wasAway(): void {
    for (const sequence of this.#open.values()) sequence.clear();
    this.counters.add('gaps');
    this.gap.next({ reason: 'disconnected' });
  }

  #take(payload: Buffer, channel: Channel, sequence: ChannelSequence): void {
    if (payload.length > MAX_MESSAGE_BYTES) {
      this.#reject('too-large');
    } else if (isNodeMessage(payload)) {
      const message = readNodeMessage(payload);
      if (typeof message === 'string') this.#reject(message);
      else this.#takeFromNode({ ...message, channel, sequence });
    } else {
      const read = readForeignMessage(payload, channel);
      if (typeof read === 'string') this.#reject(read);
      else if (read.id === undefined || this.#recent.add('', read.id)) this.#deliver(read.message);
    }
  }

  #takeFromNode(arrival: Arrival): void {
    const { node, seq } = arrival.origin;
    if (node === this.nodeId) {
      if (!this.numbering.hasGiven(seq)) this.#reject('forged');
      return;
    }
    const waiting = this.#unknown.get(node);
    if (waiting !== undefined) this.#keep(waiting, arrival);
    else if (this.#known.has(node)) this.#admit(arrival);
    else void this.#askAfter(node, arrival);
  }

  #keep(waiting: Arrival[], arrival: Arrival): void {
    if (this.#unknownCount >= MAX_UNKNOWN) {
      this.#reject('forged');
      return;
    }
    this.#unknownCount++;
    waiting.push(arrival);
  }

  async #askAfter(node: string, first: Arrival): Promise<void> {
    const waiting: Arrival[] = [];
    this.#keep(waiting, first);
    if (waiting.length === 0) return;
    this.#unknown.set(node, waiting);
    const isNode = await this.#known.ask(node);
    this.#unknown.delete(node);
    this.#unknownCount -= waiting.length;
    for (const arrival of waiting) {
      if (isNode) this.#admit(arrival);
      else this.#reject('forged');
    }
  }

  #admit({ origin, message, channel, sequence }: Arrival): void {
    const standing = sequence.take(origin);
    if (standing === 'repeated') {
      this.#reject('repeated');
      return;
    }
    if (standing === 'after-a-hole') {
      this.counters.add('gaps');
      this.gap.next({ reason: 'missing', nodeId: origin.node, channel });
    }
    const isNew = message.audience.names.length < 2 || this.#recent.add(origin.node, origin.seq);
    if (isNew) this.#deliver(message);
  }

  #deliver(message: ClusterMessage): void {
    this.counters.add('received');
    this.#received.next(message);
  }

  #reject(reason: Rejection): void {
    this.counters.add(`rejected-${reason}`);
    this.log.report(`a message on the channels of this app was not taken (${reason})`);
  }

  #forget(alive: ReadonlySet<string>): void {
    for (const sequence of this.#open.values()) sequence.keep(alive);
  }
}
