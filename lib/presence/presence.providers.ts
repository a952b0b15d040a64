import type { Provider } from '@nestjs/common';
import { PresenceNode } from './presence.node.js';
import { PresenceService } from './presence.service.js';

/** What presence brings to the module. */
export const PRESENCE_PROVIDERS: Provider[] = [PresenceNode, PresenceService];
