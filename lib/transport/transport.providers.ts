import type { Provider } from '@nestjs/common';
import { Admission } from './admission.js';
import { BounceWsAdapter } from './bounce-ws.adapter.js';
import { BounceWsHealth } from './bounce-ws.health.js';
import { ClientScript } from './client-script.js';
import { CodecCatalogue } from './codec.catalogue.js';
import { ConnectionDrain } from './connection.drain.js';
import { ConnectionLifecycle } from './connection.lifecycle.js';
import { EndpointRegistry } from './endpoint.registry.js';
import { HandshakeAuthenticator } from './handshake.authenticator.js';
import { UpgradeHandler } from './upgrade.handler.js';

/** What this folder brings to the module. */
export const TRANSPORT_PROVIDERS: Provider[] = [
  Admission,
  CodecCatalogue,
  ConnectionLifecycle,
  ConnectionDrain,
  HandshakeAuthenticator,
  UpgradeHandler,
  EndpointRegistry,
  BounceWsAdapter,
  BounceWsHealth,
  ClientScript,
];
