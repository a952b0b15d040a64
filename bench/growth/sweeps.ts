import { CONNECTIONS_SWEEP } from './connections.sweep.js';
import { HANDLERS_SWEEP } from './handlers.sweep.js';
import { MEMBERS_SWEEP } from './members.sweep.js';
import { ROOMS_SWEEP } from './rooms.sweep.js';
import type { Sweep } from './sweep.interface.js';

/** All sweeps, in the order in which they run and are shown. */
export const SWEEPS: readonly Sweep[] = [
  CONNECTIONS_SWEEP,
  ROOMS_SWEEP,
  MEMBERS_SWEEP,
  HANDLERS_SWEEP,
];
