import { BadRequestException } from '@nestjs/common';
import { WebSocketGateway, WsException } from '@nestjs/websockets';
import { type BounceSocket, BounceWsError, OnEvent } from 'bounce-ws';
import { concat, Observable, of, throwError } from 'rxjs';

/** In what handlers throw, and never on the wire. */
export const SECRET_TEXT = 'a secret that must not reach the wire';

const circular = (): object => {
  const loop: { self?: object } = {};
  loop.self = loop;
  return loop;
};

const deep = (): unknown => {
  let value: unknown = [];
  for (let level = 0; level < 100_000; level++) value = [value];
  return value;
};

const revoked = (): object => {
  const { proxy, revoke } = Proxy.revocable({}, {});
  revoke();
  return proxy;
};

/** Looking at anything of it throws. */
const touchy = (): object =>
  new Proxy(
    {},
    Object.fromEntries(
      ['get', 'has', 'ownKeys', 'getPrototypeOf', 'getOwnPropertyDescriptor'].map((trap) => [
        trap,
        () => {
          throw new Error(SECRET_TEXT);
        },
      ]),
    ),
  );

const throws = (make: () => unknown) => () => {
  throw make();
};

const withGetter = (name: string, target: object = {}): object =>
  Object.defineProperty(target, name, {
    enumerable: true,
    get: throws(() => new Error(SECRET_TEXT)),
  });

/** What JSON cannot hold, or cannot even look at. */
const UNSPEAKABLE = new Map<string, () => unknown>([
  ['a cycle', circular],
  ['a BigInt', () => 1n],
  ['a BigInt deep inside', () => ({ list: [{ n: 1n }] })],
  ['a function', () => () => SECRET_TEXT],
  ['a symbol', () => Symbol(SECRET_TEXT)],
  ['a nesting of 100 000', deep],
  ['a revoked proxy', revoked],
  ['a proxy that throws', touchy],
  ['a getter that throws', () => withGetter('text')],
  ['a toJSON that throws', () => ({ toJSON: throws(() => new Error(SECRET_TEXT)) })],
  ['a toJSON that is a cycle', () => ({ toJSON: circular })],
]);

/** Everything else that a handler may throw. */
const THROWN = new Map<string, () => unknown>([
  ['null', () => null],
  ['undefined', () => undefined],
  ['zero', () => 0],
  ['an empty text', () => ''],
  ['a text', () => SECRET_TEXT],
  ['an Error', () => new Error(SECRET_TEXT)],
  [
    'an Error without a prototype',
    () => Object.setPrototypeOf(new Error(SECRET_TEXT), null) as unknown,
  ],
  ['an Error whose message throws', () => withGetter('message', new Error(SECRET_TEXT))],
  ['an Error whose stack throws', () => withGetter('stack', new Error(SECRET_TEXT))],
  ['a WsException of nothing', () => new WsException(undefined as unknown as string)],
  ['a WsException whose code is none of ours', () => new WsException({ code: '__proto__' })],
]);

/** What says more than its code, in details that cannot be sent. */
const TALKATIVE = new Map<string, (details: unknown) => unknown>([
  ['BounceWsError', (details) => new BounceWsError('invalid_payload', SECRET_TEXT, { details })],
  ['WsException', (details) => new WsException({ code: 'invalid_payload', details })],
  ['HttpException', (details) => new BadRequestException({ details })],
]);

const FAILURES = new Map<string, () => unknown>();
for (const [name, make] of UNSPEAKABLE) {
  FAILURES.set(`returns ${name}`, make);
  FAILURES.set(`resolves to ${name}`, async () => make());
  FAILURES.set(`emits ${name}`, () => concat(of(1), new Observable((to) => to.next(make()))));
  FAILURES.set(`throws ${name}`, throws(make));
  // As a value of a key, JSON leaves these out.
  if (!/^a (function|symbol)$/.test(name)) {
    FAILURES.set(`names an event with ${name}`, () => ({ event: 'news', data: make() }));
  }
  for (const [exception, create] of TALKATIVE) {
    FAILURES.set(
      `throws a ${exception} with ${name}`,
      throws(() => create(make())),
    );
  }
}
for (const [name, make] of THROWN) {
  FAILURES.set(`throws ${name}`, throws(make));
  FAILURES.set(`rejects with ${name}`, async () => throws(make)());
  FAILURES.set(`streams the failure ${name}`, () => throwError(make));
  FAILURES.set(`throws ${name} when subscribed to`, () => new Observable(throws(make)));
}
/** What is awaited although it is no promise. */
// oxlint-disable-next-line no-thenable -- a handler may return one
const thenable = (then: () => unknown): object => ({ then });
FAILURES.set('returns a thenable that throws', () =>
  thenable(throws(() => new Error(SECRET_TEXT))),
);
FAILURES.set('returns a thenable whose then throws', () => withGetter('then'));
FAILURES.set('returns a thenable that never settles', () => thenable(() => undefined));
FAILURES.set('never settles', () => new Promise(() => {}));

/** The names of all failures. */
export const WAYS: readonly string[] = [...FAILURES.keys()];

/** A handler that fails in every way that a handler can. */
@WebSocketGateway()
export class FailingHandlersGateway {
  @OnEvent('fail')
  fail(_client: BounceSocket, how: string): unknown {
    return FAILURES.get(how)!();
  }

  /** A stream without an end, which fails when somebody ends it. */
  @OnEvent('watch')
  watch(_client: BounceSocket): Observable<number> {
    return new Observable((to) => {
      to.next(1);
      return throws(() => new Error(SECRET_TEXT));
    });
  }
}
