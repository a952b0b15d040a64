export { BounceWsAdapter } from './bounce-ws.adapter.js';
export { ClientScript } from './client-script.js';
export { ConnectionLifecycle } from './connection.lifecycle.js';
export { EndpointRegistry } from './endpoint.registry.js';
export type { GatewayServer } from './gateway-server.js';
export type { Hooks } from './hooks.interface.js';
export type { EndpointOptions, TransportOptions } from './transport.options.js';
export type { UpgradeContext } from './upgrade-context.js';
export { UpgradeHandler } from './upgrade.handler.js';
