import { ConnectedSocket } from '@nestjs/websockets';

/** Binds a parameter to the client that sent the message; only needed where it is not the first parameter. */
export function Client(): ParameterDecorator {
  return ConnectedSocket();
}
