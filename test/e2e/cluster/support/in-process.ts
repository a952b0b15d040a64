import type { Engine } from 'bounce-ws';
import { startApp } from '../../../support/start-app.js';
import { CLUSTER_PROVIDERS } from './cluster.gateway.js';
import type { ClusterNode } from './cluster.suite.js';

/** Starts a node in the process of the test. */
export async function startInProcess(engine: Engine): Promise<ClusterNode> {
  const { app, url } = await startApp({ providers: CLUSTER_PROVIDERS, options: { engine } });
  return { url, stop: () => app.close() };
}
