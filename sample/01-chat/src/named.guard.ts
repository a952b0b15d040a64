import { Injectable, type CanActivate, type ExecutionContext } from '@nestjs/common';
import type { ChatSocket } from './chat.interfaces.js';

/** Lets only those through who have introduced themselves. */
@Injectable()
export class NamedGuard implements CanActivate {
  canActivate(context: ExecutionContext): boolean {
    return context.switchToWs().getClient<ChatSocket>().state.name !== undefined;
  }
}
