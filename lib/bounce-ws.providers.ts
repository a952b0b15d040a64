import type { Provider } from '@nestjs/common';
import { ModuleRef } from '@nestjs/core';
import { AUTH_PROVIDERS, AuthenticateRoute } from './auth/index.js';
import { BROADCAST_PROVIDERS, BroadcastService } from './broadcast/index.js';
import { type ResolvedOptions, resolveOptions } from './bounce-ws.options.js';
import {
  BOUNCE_WS_OPTIONS,
  createOr,
  EVENT_ROUTER,
  RESERVED_ROUTES,
  ROOM_MANAGER,
  SOCKET_CONTEXT,
  SUBSCRIBER_SOURCE,
} from './common/index.js';
import {
  AckRoute,
  type BounceSocket,
  Clock,
  CONNECTION_PROVIDERS,
  FlushScheduler,
  PingRoute,
  type ReservedRoute,
  type SocketContext,
  SocketIds,
} from './connection/index.js';
import { ENGINE_PROVIDERS } from './engine/index.js';
import { HelloRoute, HISTORY_PROVIDERS } from './history/index.js';
import { PRESENCE_PROVIDERS } from './presence/index.js';
import { LocalRoomManager, ROOMS_PROVIDERS, RoomService } from './rooms/index.js';
import { CancelRoute, ExactRouter, ROUTING_PROVIDERS } from './routing/index.js';
import {
  SENDERS_PROVIDERS,
  SubscribeRoute,
  SubscriptionRegistry,
  UnsubscribeRoute,
} from './senders/index.js';
import { TRANSPORT_PROVIDERS } from './transport/index.js';

/** What the app passed in, before the defaults are filled in. */
export const GIVEN_OPTIONS = Symbol('BOUNCE_WS_GIVEN_OPTIONS');

const RESERVED_ROUTE_CLASSES = [
  AckRoute,
  PingRoute,
  CancelRoute,
  SubscribeRoute,
  UnsubscribeRoute,
  AuthenticateRoute,
  HelloRoute,
];

const COMPOSED: Provider[] = [
  { provide: BOUNCE_WS_OPTIONS, useFactory: resolveOptions, inject: [GIVEN_OPTIONS] },
  {
    provide: Clock,
    useFactory: ({ timestamps }: ResolvedOptions) => new Clock(timestamps),
    inject: [BOUNCE_WS_OPTIONS],
  },
  {
    provide: ROOM_MANAGER,
    useFactory: ({ roomManager }: ResolvedOptions, moduleRef: ModuleRef) =>
      createOr(moduleRef, roomManager, () => new LocalRoomManager()),
    inject: [BOUNCE_WS_OPTIONS, ModuleRef],
  },
  {
    provide: EVENT_ROUTER,
    useFactory: ({ router }: ResolvedOptions, moduleRef: ModuleRef) =>
      createOr(moduleRef, router, () => new ExactRouter()),
    inject: [BOUNCE_WS_OPTIONS, ModuleRef],
  },
  { provide: SUBSCRIBER_SOURCE, useExisting: SubscriptionRegistry },
  {
    provide: SOCKET_CONTEXT,
    useFactory: (
      clock: Clock,
      scheduler: FlushScheduler,
      rooms: RoomService,
      broadcaster: BroadcastService,
      { maxQueuedBytes, requestTimeoutMs, evalJs }: ResolvedOptions,
    ): SocketContext<BounceSocket<object>> => ({
      ids: new SocketIds(),
      clock,
      scheduler,
      rooms,
      broadcaster,
      maxQueuedBytes,
      requestTimeoutMs,
      evalJs,
    }),
    inject: [Clock, FlushScheduler, RoomService, BroadcastService, BOUNCE_WS_OPTIONS],
  },
  {
    provide: RESERVED_ROUTES,
    useFactory: (...routes: readonly ReservedRoute[]) => routes,
    inject: RESERVED_ROUTE_CLASSES,
  },
];

/** Everything that the folders bring, and what more than one of them takes part in. */
export const BOUNCE_WS_PROVIDERS: Provider[] = [
  ...COMPOSED,
  ...RESERVED_ROUTE_CLASSES,
  ...ENGINE_PROVIDERS,
  ...PRESENCE_PROVIDERS,
  ...AUTH_PROVIDERS,
  ...CONNECTION_PROVIDERS,
  ...HISTORY_PROVIDERS,
  ...ROOMS_PROVIDERS,
  ...BROADCAST_PROVIDERS,
  ...SENDERS_PROVIDERS,
  ...ROUTING_PROVIDERS,
  ...TRANSPORT_PROVIDERS,
];
