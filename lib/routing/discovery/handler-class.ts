import { Logger } from '@nestjs/common';
import type { AbstractHandler } from './abstract-handler.js';
import type { MessageContext } from '../dispatch/message-context.js';
import { assertHandledEvent } from './boot-checks.js';
import type { Gateway } from './gateway.interface.js';
import type { RouteFactory } from './route.factory.js';

/** A handler class is a gateway with one route, on every endpoint of the module. */
export function handlerClassGateway(handler: AbstractHandler, routes: RouteFactory): Gateway {
  const { name } = handler.constructor;
  assertHandledEvent(handler.event, name);
  return {
    name,
    port: 0,
    path: undefined,
    routes: [
      routes.forCall(handler.event, `${name}.handle`, ({ client, data }: MessageContext) => {
        const result = handler.handle(client, data);
        return handler.callbackSender === undefined
          ? result
          : thenSend(handler.callbackSender, result);
      }),
    ],
    connectHooks: [],
    disconnectHooks: [],
  };
}

async function thenSend(
  sender: NonNullable<AbstractHandler['callbackSender']>,
  result: unknown,
): Promise<unknown> {
  const value = await result;
  // The message was handled: its answer neither waits for the sender nor fails with it.
  Promise.resolve()
    .then(() => sender.send())
    .catch((error: unknown) => {
      const cause = error instanceof Error ? error.stack : String(error);
      new Logger('BounceWs').error(`The callback sender of "${sender.event}" failed`, cause);
    });
  return value;
}
