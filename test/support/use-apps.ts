import { afterEach } from 'vitest';
import { ConnectionRegistry, type BounceSocket } from 'bounce-ws';
import { firstValueFrom } from 'rxjs';
import { type AppSetup, startApp, type StartedApp } from './start-app.js';
import { type PeerOptions, WsPeer } from './ws-peer.js';

/** One connection, seen from both sides. */
export interface Connection {
  readonly peer: WsPeer;
  readonly socket: BounceSocket;
}

/** Starts apps that are closed after the test that started them, whatever becomes of it. */
export function useApps(): (setup?: AppSetup) => Promise<StartedApp> {
  const started: StartedApp[] = [];
  afterEach(async () => {
    await Promise.all(started.splice(0).map(({ app }) => app.close()));
  });
  return async (setup = {}) => {
    const one = await startApp(setup);
    started.push(one);
    return one;
  };
}

/** Opens one connection and returns both of its ends. Not to be called twice at the same time. */
export async function connectBoth(
  { app, url }: StartedApp,
  options?: PeerOptions,
): Promise<Connection> {
  const opened = firstValueFrom(app.get(ConnectionRegistry).opened$);
  const peer = await WsPeer.connect(url, options);
  return { peer, socket: await opened };
}

/** Opens several connections, one after another. */
export async function connectMany(started: StartedApp, count: number): Promise<Connection[]> {
  const connections: Connection[] = [];
  for (let index = 0; index < count; index++) connections.push(await connectBoth(started));
  return connections;
}

/** The names of the events that came before now and were not taken. */
export async function eventsSoFar(peer: WsPeer): Promise<string[]> {
  return (await peer.barrier()).map(({ event }) => event);
}
