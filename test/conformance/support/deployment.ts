import type { TestProject } from 'vitest/node';
import { ReferenceProcesses } from '../../support/reference-processes.js';

/** What tests are told of servers in processes of their own. */
export interface Deployment {
  /** The addresses of the endpoint `/ws`, one for each process. */
  readonly urls: readonly string[];
  /** The Redis that makes them one application. */
  readonly redisUrl: string;
  /** The file with everything that the processes write. */
  readonly log: string;
}

declare module 'vitest' {
  interface ProvidedContext {
    /** Not there where each test file starts a server in its own process. */
    readonly conformance?: Deployment;
    /** How many processes the project wants. */
    readonly processes?: number;
  }
}

/** What tests have to know of servers. */
export function deploymentOf({ urls, redis, log }: ReferenceProcesses): Deployment {
  return { urls, redisUrl: redis.url, log };
}

/** Starts reference servers in processes of their own, with a Redis between them, for all files of a project. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const servers = await ReferenceProcesses.start(project.config.provide.processes ?? 1);
  project.provide('conformance', deploymentOf(servers));
  return () => servers.stop();
}
