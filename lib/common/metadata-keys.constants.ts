/**
 * Keys under which Nest keeps what its decorators wrote. Nest 11 exports them from `@nestjs/websockets/constants`, Nest
 * 12 from `@nestjs/websockets/internal`; a test holds these against the installed version's own.
 */
export const NestMetadata = {
  Gateway: 'websockets:is_gateway',
  GatewayOptions: 'websockets:gateway_options',
  GatewayPort: 'port',
  MessageMapping: 'websockets:message_mapping',
  Message: 'message',
  ParameterArguments: '__routeArguments__',
  CustomParameter: '__customRouteArgs__',
  ParameterTypes: 'design:paramtypes',
} as const;

/** The key of `@OnEvent` of `@nestjs/event-emitter`, which is easily imported by mistake. */
export const EVENT_EMITTER_LISTENER_METADATA = 'EVENT_LISTENER_METADATA';

/** Keys under which the decorators of this package keep what they wrote. */
export const BounceMetadata = {
  OnEvent: Symbol('bounce-ws:on-event'),
  EmitEvery: Symbol('bounce-ws:emit-every'),
  PayloadSchemas: Symbol('bounce-ws:payload-schemas'),
  OnlineStatus: Symbol('bounce-ws:online-status'),
} as const;
