import type { Engine } from './engine.interface.js';

/** Options of the cluster. */
export interface EngineOptions {
  /** What connects this node with others: one `redisEngine()` for each app. @default in memory, one node */
  readonly engine?: Engine;
}
