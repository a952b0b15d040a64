import { inject } from 'vitest';
import { ReferenceProcesses } from '../../support/reference-processes.js';
import type { ReferenceServer, ReferenceServerOptions } from '../reference-server.js';
import { type Deployment, deploymentOf } from './deployment.js';

/** The servers that a test file talks to. */
export interface Servers {
  /** The addresses of the endpoint: one for each process. */
  readonly urls: readonly string[];
  /** What is known of them besides, where they were started in processes of their own. */
  readonly deployment?: Deployment | undefined;
  /** Ends those that were started for the file. */
  stop(): Promise<void>;
}

/** The addresses of servers that somebody else runs, if the suite was given some. */
const EXTERNAL_URLS = process.env['CONFORMANCE_URL']?.split(',');

const nothing = (): Promise<void> => Promise.resolve();

/**
 * Those at `CONFORMANCE_URL`, else those of the project that the file is run in, else a reference server in the process of
 * the test.
 *
 * @param processes - starts so many servers in processes of their own, on a Redis, in their place
 */
export async function findServers(processes: number | undefined): Promise<Servers> {
  if (processes !== undefined) {
    const started = await ReferenceProcesses.start(processes);
    return { urls: started.urls, deployment: deploymentOf(started), stop: () => started.stop() };
  }
  if (EXTERNAL_URLS !== undefined) return { urls: EXTERNAL_URLS, stop: nothing };
  const deployment = inject('conformance');
  if (deployment !== undefined) return { urls: deployment.urls, deployment, stop: nothing };
  const server = await startOwnServer();
  return { urls: [server.url], stop: () => server.close() };
}

/** Starts a reference server without a log in the process of the test, on the Redis of the project if it has one. */
export async function startOwnServer(
  options: Partial<ReferenceServerOptions> = {},
): Promise<ReferenceServer> {
  // Loaded only where it is needed: another server can be checked without this package being built.
  const { startReferenceServer } = await import('../reference-server.js');
  const redisUrl = inject('conformance')?.redisUrl;
  return startReferenceServer({ port: 0, logger: false, redisUrl, ...options });
}
