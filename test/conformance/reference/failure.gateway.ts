import { InternalServerErrorException } from '@nestjs/common';
import { WebSocketGateway, WsException } from '@nestjs/websockets';
import { type BounceSocket, BounceWsError, OnEvent } from 'bounce-ws';

const SECRET_TEXT = 'a secret that must not reach the wire';

/** Every way in which a handler can fail. */
@WebSocketGateway()
export class FailureGateway {
  private readonly failures = new Map<string, () => unknown>([
    ['throw', throwing(() => new Error(SECRET_TEXT))],
    ['reject', () => Promise.reject(new Error(SECRET_TEXT))],
    ['null', throwing(() => null)],
    ['ws', throwing(() => new WsException('refused on purpose'))],
    ['http', throwing(() => new InternalServerErrorException(SECRET_TEXT))],
    ['circular', circular],
    ['bigint', () => 1n],
    ['never', () => new Promise<never>(() => {})],
  ]);

  @OnEvent('fail')
  fail(_client: BounceSocket, kind: string): unknown {
    const failure = this.failures.get(kind);
    if (failure === undefined) {
      throw new BounceWsError('invalid_payload', undefined, {
        details: { fields: [{ field: 'kind', reason: 'is none of the kinds of failure' }] },
      });
    }
    return failure();
  }
}

function throwing(make: () => unknown): () => never {
  return () => {
    throw make();
  };
}

function circular(): object {
  const loop: { self?: object } = {};
  loop.self = loop;
  return loop;
}
