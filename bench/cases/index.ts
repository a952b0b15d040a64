import type { BenchCase } from './bench-case.interface.js';
import { BROADCAST_CASES } from './broadcast.cases.js';
import { CLUSTER_CASE } from './cluster.case.js';
import { COLD_START_CASE } from './cold-start.case.js';
import { CONNECT_AUTH_CASE, CONNECT_CASE } from './connect.case.js';
import { ECHO_CASES } from './echo.cases.js';
import { MEMORY_CASES } from './memory.cases.js';
import { PRESENCE_CASE } from './presence.case.js';
import { ROOMS_CASE } from './rooms.case.js';
import { TIMED_CASE } from './timed.case.js';

export type { BenchCase, FigurePlan } from './bench-case.interface.js';

/** All cases, in the order in which they run. */
export const CASES: readonly BenchCase[] = [
  ...ECHO_CASES,
  ...BROADCAST_CASES,
  ROOMS_CASE,
  TIMED_CASE,
  CONNECT_CASE,
  CONNECT_AUTH_CASE,
  ...MEMORY_CASES,
  COLD_START_CASE,
  PRESENCE_CASE,
  CLUSTER_CASE,
];
