import { applyDecorators, SetMetadata, UseInterceptors } from '@nestjs/common';
import { BounceMetadata } from '../common/index.js';
import type { OnlineStatusOptions } from './online-status.options.js';
import { OnlineStatusInterceptor } from './online-status.interceptor.js';

/**
 * Adds `isOnline` to the users that a handler returns: one user, an array of them, or an object with an array in `items`. All of
 * them are looked up at once. It is `null` while the engine cannot be reached. What has no id is left as it is, and so is everything
 * the handler returned: what goes out are copies, of the same class.
 *
 * For the handlers of a controller, or of a gateway; on a class, for all of its handlers.
 *
 * @example
 * @Get('users')
 * @OnlineStatus({ idField: 'id' })
 * findAll(): Promise<User[]> {
 *   return this.users.findAll();
 * }
 */
export function OnlineStatus(options: OnlineStatusOptions = {}): ClassDecorator & MethodDecorator {
  return applyDecorators(
    SetMetadata(BounceMetadata.OnlineStatus, options),
    UseInterceptors(OnlineStatusInterceptor),
  );
}
