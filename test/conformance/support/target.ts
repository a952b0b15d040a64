import { afterAll, beforeAll } from 'vitest';
import { FramePeer } from '../../support/frame-peer.js';
import { type PeerOptions, WsPeer } from '../../support/ws-peer.js';
import type { ReferenceServer } from '../reference-server.js';

/** The server under test, and connections to it. */
export interface Target {
  /** The address of the endpoint. */
  readonly url: URL;
  /** Opens a connection; it is closed after the file's last test. */
  connect(options?: PeerOptions): Promise<WsPeer>;
  /** Opens a connection to another endpoint, or with another subprotocol. It is closed likewise. */
  open(path: string, protocols?: string[]): Promise<FramePeer>;
}

/** The address of a server that somebody else runs, if the suite was given one. */
const EXTERNAL_URL = process.env['CONFORMANCE_URL'];

/** Gives a test file its server: the one at `CONFORMANCE_URL`, else a reference server of its own. */
export function useTarget(): Target {
  const peers: (WsPeer | FramePeer)[] = [];
  let server: ReferenceServer | undefined;
  let url: URL | undefined;
  beforeAll(async () => {
    if (EXTERNAL_URL === undefined) server = await startOwnServer();
    url = new URL(EXTERNAL_URL ?? server!.url);
  });
  afterAll(async () => {
    for (const peer of peers) peer.socket.terminate();
    await server?.close();
  });
  const target: Target = {
    get url() {
      if (url === undefined) throw new Error('The target is there only while tests run');
      return url;
    },
    async connect(options) {
      const peer = await WsPeer.connect(target.url, options);
      peers.push(peer);
      return peer;
    },
    async open(path, protocols) {
      const peer = await FramePeer.connect(new URL(path, target.url).href, protocols);
      peers.push(peer);
      return peer;
    },
  };
  return target;
}

/** Starts a reference server without a log. */
export async function startOwnServer(): Promise<ReferenceServer> {
  // Loaded only where it is needed: another server can be checked without this package being built.
  const { startReferenceServer } = await import('../reference-server.js');
  return startReferenceServer({ port: 0, logger: false });
}
