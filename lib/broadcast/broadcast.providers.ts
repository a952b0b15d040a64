import type { Provider } from '@nestjs/common';
import { BroadcastService } from './broadcast.service.js';
import { ClusterListener } from './cluster.listener.js';
import { ClusterReceiver } from './cluster.receiver.js';
import { Recipients } from './recipients.js';

/** What sends to many, here and on other nodes. */
export const BROADCAST_PROVIDERS: Provider[] = [
  Recipients,
  BroadcastService,
  ClusterReceiver,
  ClusterListener,
];
