import { Inject, Injectable } from '@nestjs/common';
import { BOUNCE_WS_OPTIONS } from '../common/index.js';
import type { BounceSocket, ReservedRoute } from '../connection/index.js';
import { type ClientMessage, ReservedEvent } from '../protocol/index.js';
import type { SendersOptions } from './senders.options.js';
import { readNames } from './subscription-names.js';
import { ClusterSubscriptions } from './cluster-subscriptions.js';
import { SubscriptionRegistry } from './subscription.registry.js';

/** Handles `subscribe`. */
@Injectable()
export class SubscribeRoute implements ReservedRoute {
  readonly event = ReservedEvent.Subscribe;

  constructor(
    private readonly subscriptions: SubscriptionRegistry,
    private readonly cluster: ClusterSubscriptions,
    @Inject(BOUNCE_WS_OPTIONS) private readonly options: Required<SendersOptions>,
  ) {}

  handle(socket: BounceSocket, { data, id }: ClientMessage): unknown {
    const events = this.subscriptions.subscribe(
      socket,
      readNames(data, this.options.namesPerSubscribe),
    );
    if (id === undefined) return undefined;
    // Who has the answer gets what is sent from then on, whichever node sends it.
    return this.cluster.isAlone ? { events } : this.cluster.settled().then(() => ({ events }));
  }
}
