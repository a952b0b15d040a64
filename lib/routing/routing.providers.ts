import type { Provider } from '@nestjs/common';
import { GatewayExplorer } from './discovery/gateway.explorer.js';
import { RouteFactory } from './discovery/route.factory.js';
import { Dispatcher } from './dispatch/dispatcher.js';
import { Replier } from './dispatch/replier.js';
import { StreamRegistry } from './dispatch/stream.registry.js';
import { NestEnhancers } from './enhancers/nest-enhancers.js';
import { RoutingTable } from './routing.table.js';

/** What this folder brings to the module. */
export const ROUTING_PROVIDERS: Provider[] = [
  NestEnhancers,
  RouteFactory,
  GatewayExplorer,
  RoutingTable,
  Replier,
  StreamRegistry,
  Dispatcher,
];
