import { type BounceWsOptions, PresenceService } from 'bounce-ws';
import type { AppSetup, StartedApp } from '../../../support/start-app.js';
import { useApps } from '../../../support/use-apps.js';
import { WsPeer } from '../../../support/ws-peer.js';
import { UsersGateway } from './users.gateway.js';

/** Short enough to wait for. */
export const GRACE_MS = 300;

/** Long enough that a client that comes back at once is in time, also when this process stands still meanwhile. */
export const LONG_GRACE_MS = 1_000;

/** One node of a test, with what it heard of users coming and going. */
export interface PresenceNodeUnderTest extends StartedApp {
  readonly presence: PresenceService;
  /** What `changes$` said so far: `+ann`, `-ann`. */
  readonly changes: readonly string[];
  /** Opens a connection of a user. */
  readonly connect: (userId?: string) => Promise<WsPeer>;
}

/** Starts nodes that are closed after the test. */
export function useNodes(): (
  options?: BounceWsOptions,
  setup?: AppSetup,
) => Promise<PresenceNodeUnderTest> {
  const start = useApps();
  return async (options = {}, { providers = [], ...setup } = {}) => {
    const started = await start({
      ...setup,
      providers: [UsersGateway, ...providers],
      options: { ...options, presence: { graceMs: GRACE_MS, ...options.presence } },
    });
    const presence = started.app.get(PresenceService);
    const changes: string[] = [];
    presence.changes$.subscribe(({ userId, online }) => {
      changes.push(`${online ? '+' : '-'}${userId}`);
    });
    const connect = (userId?: string): Promise<WsPeer> =>
      WsPeer.connect(
        userId === undefined ? started.url : `${started.url}/?user=${encodeURIComponent(userId)}`,
      );
    return { ...started, presence, changes, connect };
  };
}
