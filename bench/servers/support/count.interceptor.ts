import { type CallHandler, Injectable, type NestInterceptor } from '@nestjs/common';
import { type Observable, tap } from 'rxjs';

/** The interceptor of `echo-8-enhanced`, the same on every Nest server. */
@Injectable()
export class CountInterceptor implements NestInterceptor {
  handled = 0;

  intercept(_context: unknown, next: CallHandler): Observable<unknown> {
    return next.handle().pipe(tap(() => this.handled++));
  }
}
