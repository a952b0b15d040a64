import type { Provider } from '@nestjs/common';
import { ConnectionRegistry } from './connection.registry.js';
import { FlushScheduler } from './flush.scheduler.js';
import { Heartbeat } from './heartbeat.js';

/** What this folder brings to the module. */
export const CONNECTION_PROVIDERS: Provider[] = [
  { provide: FlushScheduler, useFactory: () => new FlushScheduler() },
  ConnectionRegistry,
  Heartbeat,
];
