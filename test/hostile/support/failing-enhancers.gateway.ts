import {
  type ArgumentsHost,
  BadRequestException,
  type CallHandler,
  type CanActivate,
  Catch,
  type ExceptionFilter,
  type ExecutionContext,
  ForbiddenException,
  InternalServerErrorException,
  type NestInterceptor,
  type PipeTransform,
  UseFilters,
  UseGuards,
  UseInterceptors,
  UsePipes,
} from '@nestjs/common';
import { WebSocketGateway, WsException } from '@nestjs/websockets';
import {
  type BounceSocket,
  BounceWsError,
  type EventMiddleware,
  OnEvent,
  Payload,
} from 'bounce-ws';
import { EMPTY, type Observable, of, switchMap, throwError } from 'rxjs';

/** In what is thrown, and never on the wire. */
export const SECRET_TEXT = 'a secret that must not reach the wire';

/** What an enhancer is told to do. */
interface Order {
  readonly how: string;
  /** Whether it fails later instead of at the call. */
  readonly later: boolean;
}

/** What can be thrown at all. */
const THROWN = new Map<string, () => unknown>([
  ['an Error', () => new Error(SECRET_TEXT)],
  ['null', () => null],
  ['undefined', () => undefined],
  ['a text', () => SECRET_TEXT],
  ['an object of nobody', () => Object.create(null) as unknown],
  ['a BounceWsError', () => new BounceWsError('unavailable', SECRET_TEXT)],
  ['a WsException', () => new WsException('refused on purpose')],
  ['a ForbiddenException', () => new ForbiddenException()],
  ['a BadRequestException', () => new BadRequestException()],
  ['an InternalServerErrorException', () => new InternalServerErrorException(SECRET_TEXT)],
]);

/** Every way in which an enhancer can fail. */
export const WAYS = [...THROWN.keys(), 'nothing at all, ever'];

/** The handlers that ran. */
export const ran: string[] = [];

function fail({ how, later }: Order): unknown {
  const thrown = THROWN.get(how);
  if (thrown === undefined) return new Promise(() => {});
  if (later) {
    return Promise.resolve().then(() => {
      throw thrown();
    });
  }
  throw thrown();
}

const orderOf = (host: ArgumentsHost): Order => host.switchToWs().getData<Order>();

class FailingGuard implements CanActivate {
  canActivate(context: ExecutionContext): boolean | Promise<boolean> {
    return fail(orderOf(context)) as boolean;
  }
}

class FailingPipe implements PipeTransform {
  transform(order: Order): unknown {
    return fail(order);
  }
}

class FailingInterceptor implements NestInterceptor {
  intercept(context: ExecutionContext): Observable<unknown> {
    return fail(orderOf(context)) as Observable<unknown>;
  }
}

/** Lets the handler run, and fails with what it returned in its hands. */
class FailingLateInterceptor implements NestInterceptor {
  intercept(context: ExecutionContext, next: CallHandler): Observable<unknown> {
    return next.handle().pipe(switchMap(async () => fail(orderOf(context))));
  }
}

@Catch()
class FailingFilter implements ExceptionFilter {
  catch(_exception: unknown, host: ArgumentsHost): unknown {
    return fail(orderOf(host));
  }
}

/** Says no in a way of its own. */
class RefusingGuard implements CanActivate {
  canActivate(context: ExecutionContext): boolean {
    const { how } = orderOf(context);
    return { undefined, zero: 0, nothing: EMPTY, never: of(false) }[how] as unknown as boolean;
  }
}

/** A middleware that fails for the event `behind_middleware`. */
export const failingMiddleware: EventMiddleware = (context, next) =>
  context.event === 'behind_middleware' ? fail(context.data as Order) : next();

/** One handler behind each enhancer. */
@WebSocketGateway()
export class FailingEnhancersGateway {
  @OnEvent('guard')
  @UseGuards(FailingGuard)
  guard(_client: BounceSocket) {
    return this.#run('guard');
  }

  @OnEvent('refusing guard')
  @UseGuards(RefusingGuard)
  refusingGuard(_client: BounceSocket) {
    return this.#run('refusing guard');
  }

  @OnEvent('pipe')
  @UsePipes(FailingPipe)
  pipe(_client: BounceSocket, @Payload() _order: unknown) {
    return this.#run('pipe');
  }

  @OnEvent('interceptor')
  @UseInterceptors(FailingInterceptor)
  interceptor(_client: BounceSocket) {
    return this.#run('interceptor');
  }

  @OnEvent('late interceptor')
  @UseInterceptors(FailingLateInterceptor)
  lateInterceptor(_client: BounceSocket) {
    return this.#run('late interceptor');
  }

  @OnEvent('filter')
  @UseFilters(FailingFilter)
  filter(_client: BounceSocket) {
    throw new Error(this.#run('filter'));
  }

  @OnEvent('filter of a stream')
  @UseFilters(FailingFilter)
  filterOfStream(_client: BounceSocket) {
    return throwError(() => new Error(this.#run('filter of a stream')));
  }

  @OnEvent('behind_middleware')
  behindMiddleware(_client: BounceSocket) {
    return this.#run('behind_middleware');
  }

  #run(name: string): string {
    ran.push(name);
    return SECRET_TEXT;
  }
}
