import { Inject, Injectable } from '@nestjs/common';
import { RESERVED_ROUTES } from '../common/index.js';
import type { ReservedRoute } from '../connection/index.js';
import { RESERVED_EVENTS } from '../protocol/index.js';
import { toRouteTable } from './discovery/boot-checks.js';
import { GatewayExplorer } from './discovery/gateway.explorer.js';
import type { Gateway } from './discovery/gateway.interface.js';
import type { EndpointRoutes } from './dispatch/endpoint-routes.js';
import { RESERVED_EVENT } from './dispatch/refusals.js';
import type { Route } from './dispatch/route.interface.js';

/** Where clients connect. */
export interface EndpointAddress {
  /** 0 is the app's own HTTP server. */
  readonly port: number;
  readonly path: string;
  /** Whether gateways without a path of their own are here too. */
  readonly isModuleEndpoint: boolean;
}

/** Which handler gets which event on which endpoint; worked out at boot and never again. */
@Injectable()
export class RoutingTable {
  #gateways: readonly Gateway[] = [];

  constructor(
    private readonly explorer: GatewayExplorer,
    @Inject(RESERVED_ROUTES) private readonly reservedRoutes: readonly ReservedRoute[],
  ) {}

  /** Looks at all providers. @throws ConfigurationError naming the class and method that is wrong */
  explore(): void {
    this.#gateways = this.explorer.explore();
  }

  /** The gateways that were found. */
  get gateways(): readonly Gateway[] {
    return this.#gateways;
  }

  /** Everything that happens on one endpoint. @throws ConfigurationError when two handlers want the same event */
  forEndpoint(address: EndpointAddress): EndpointRoutes {
    const gateways = this.#gateways.filter((gateway) => isOn(gateway, address));
    const routes = toRouteTable(gateways.flatMap((gateway) => gateway.routes));
    return {
      routes,
      reserved: this.#reserved(routes),
      connectHooks: gateways.flatMap(({ connectHooks }) => connectHooks),
      disconnectHooks: gateways.flatMap(({ disconnectHooks }) => disconnectHooks),
    };
  }

  // Every reserved name is in the table, so that a message is looked up and never tested against rules.
  #reserved(routes: ReadonlyMap<string, Route>): ReadonlyMap<string, Route> {
    const routesOffered = this.reservedRoutes.filter(
      ({ event, offered = true, replaceable }) =>
        offered && !(replaceable === true && routes.has(event)),
    );
    const refused = [...RESERVED_EVENTS].map((event) => [event, RESERVED_EVENT] as const);
    return new Map([
      ...refused,
      ...toRouteTable(routesOffered.map((route) => fromReserved(route))),
    ]);
  }
}

function isOn(gateway: Gateway, { port, path, isModuleEndpoint }: EndpointAddress): boolean {
  if (gateway.path !== undefined || gateway.port !== 0) {
    return gateway.port === port && (gateway.path ?? '/') === path;
  }
  return port === 0 && isModuleEndpoint;
}

function fromReserved(route: ReservedRoute): Route {
  return {
    event: route.event,
    owner: route.event,
    outOfTurn: route.outOfTurn ?? false,
    alone: route.alone ?? false,
    beforeAuthentication: route.beforeAuthentication ?? false,
    dropsStale: false,
    invoke: ({ client, message }) => route.handle(client, message),
  };
}
