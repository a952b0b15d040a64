import { BounceWsHealth, type BounceWsOptions, type Engine } from 'bounce-ws';
import { expect, vi } from 'vitest';
import { startApp } from '../../../support/start-app.js';
import { CLUSTER_PROVIDERS } from './cluster.gateway.js';
import type { ClusterNode } from './cluster.suite.js';

/** Longer than many servers need that start at once. */
const READY_MS = 10_000;

/** Starts a node in the process of the test. */
export async function startInProcess(
  engine: Engine,
  options: BounceWsOptions = {},
): Promise<ClusterNode> {
  const setup = { providers: CLUSTER_PROVIDERS, options: { ...options, engine } };
  const { app, url } = await startApp(setup);
  // A node starts without its Redis when that does not answer within two seconds.
  await vi.waitFor(() => expect(app.get(BounceWsHealth).isReady()).toBe(true), READY_MS);
  return { url, stop: () => app.close() };
}
