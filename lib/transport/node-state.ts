/** Where a node is in its life: connections are accepted only while it is `ready`. */
export type NodeState = 'starting' | 'ready' | 'stopping';
