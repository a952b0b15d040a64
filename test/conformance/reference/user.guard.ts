import type { CanActivate, ExecutionContext } from '@nestjs/common';
import type { BounceSocket } from 'bounce-ws';

/** Lets nobody pass but the user `alice`. */
export class UserGuard implements CanActivate {
  canActivate(context: ExecutionContext): boolean {
    const client = context.switchToWs().getClient<BounceSocket>();
    return (client.user as { id?: unknown } | null)?.id === 'alice';
  }
}
