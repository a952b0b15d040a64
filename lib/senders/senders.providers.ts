import type { Provider } from '@nestjs/common';
import { ClusterSubscriptions } from './cluster-subscriptions.js';
import { SenderExplorer } from './sender.explorer.js';
import { SenderRegistry } from './sender.registry.js';
import { SubscriptionRegistry } from './subscription.registry.js';

/** The senders, and who subscribed to what. */
export const SENDERS_PROVIDERS: Provider[] = [
  SubscriptionRegistry,
  ClusterSubscriptions,
  SenderRegistry,
  SenderExplorer,
];
