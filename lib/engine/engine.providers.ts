import type { Provider } from '@nestjs/common';
import {
  BACKPLANE,
  BOUNCE_WS_OPTIONS,
  ENGINE,
  HISTORY_STORE,
  INTEREST_DIRECTORY,
  LEASES,
  NODE_ID,
  PRESENCE_STORE,
  ROOM_DIRECTORY,
} from '../common/index.js';
import { ClusterNode } from './cluster.node.js';
import type { Engine } from './engine.interface.js';
import type { EngineOptions } from './engine.options.js';
import { memoryEngine } from './memory.engine.js';

const part = (token: symbol, name: keyof Engine): Provider => ({
  provide: token,
  useFactory: (engine: Engine) => engine[name],
  inject: [ENGINE],
});

/** The engine, and its parts for those who need only one. */
export const ENGINE_PROVIDERS: Provider[] = [
  {
    provide: ENGINE,
    useFactory: ({ engine }: EngineOptions) => engine ?? memoryEngine(),
    inject: [BOUNCE_WS_OPTIONS],
  },
  part(BACKPLANE, 'backplane'),
  part(ROOM_DIRECTORY, 'rooms'),
  part(INTEREST_DIRECTORY, 'interests'),
  part(LEASES, 'leases'),
  part(PRESENCE_STORE, 'presence'),
  part(HISTORY_STORE, 'history'),
  part(NODE_ID, 'nodeId'),
  ClusterNode,
];
