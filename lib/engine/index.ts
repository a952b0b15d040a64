export { ClusterNode } from './cluster.node.js';
export type { Engine, EngineHealth } from './engine.interface.js';
export type { EngineOptions } from './engine.options.js';
export { ENGINE_PROVIDERS } from './engine.providers.js';
export { memoryEngine, type MemoryEngineOptions } from './memory.engine.js';
