import { Injectable, Logger } from '@nestjs/common';
import { ANSWERED, type BounceSocket } from '../../connection/index.js';
import {
  BounceWsError,
  CloseCode,
  ERROR_MESSAGES,
  type ErrorData,
  type MessageId,
  ReservedEvent,
} from '../../protocol/index.js';
import { toClientError } from './exception-mapper.js';
import type { Stage } from './message-context.js';
import type { Route } from './route.interface.js';

/** What an answer needs to know of the message it answers. */
export interface Answerable {
  readonly event: string | undefined;
  readonly id?: MessageId | undefined;
}

/** Turns what a handler returned or threw into what its client gets (PROTOCOL.md, section 6). */
@Injectable()
export class Replier {
  readonly #logger = new Logger('BounceWs');

  /** Sends a handler's result. @throws TypeError when it has no form on the wire */
  reply(socket: BounceSocket, route: Route, id: MessageId | undefined, result: unknown): void {
    if (result === ANSWERED) return;
    if (id !== undefined) socket.deliver(ReservedEvent.Ack, result ?? null, id);
    else if (isEventAndData(result)) socket.deliver(result.event, result.data);
    else if (result !== undefined) socket.deliver(route.event, result);
  }

  /** Sends one item of a handler's Observable. @throws TypeError when it has no form on the wire */
  item(socket: BounceSocket, route: Route, id: MessageId | undefined, item: unknown): void {
    if (id === undefined && isEventAndData(item)) socket.deliver(item.event, item.data);
    else if (item !== undefined) socket.deliver(route.event, item, id);
  }

  /** Sends the error that an exception stands for, and logs it when it is the server's own fault. */
  fail(
    socket: BounceSocket,
    { event, id }: Answerable,
    exception: unknown,
    owner?: string,
    stage: Stage = 'handler',
  ): void {
    const error = toClientError(exception, stage);
    // Only an error of a frame that was not read knows the id; of a message it is the message's own that counts.
    const answeredId = event === undefined ? error.id : id;
    if (error.code === 'internal_error') this.#log(exception, owner ?? event);
    try {
      socket.deliver(ReservedEvent.Error, errorData(error, event), answeredId);
    } catch (cause) {
      // The app's own details cannot be encoded; the client still gets its answer.
      this.#log(cause, owner ?? event);
      this.#failBare(socket, new BounceWsError(error.code), event, answeredId);
    }
  }

  // Without details nothing is left that could not be encoded, unless the codec is the app's own and at fault itself.
  #failBare(
    socket: BounceSocket,
    error: BounceWsError,
    event: string | undefined,
    id: MessageId | undefined,
  ): void {
    try {
      socket.deliver(ReservedEvent.Error, errorData(error, event), id);
    } catch (cause) {
      this.#log(cause, `The codec "${socket.codec.name}"`);
      socket.close(CloseCode.InternalError, 'the codec failed');
    }
  }

  /** Sends the error of a handler that took too long; what it still returns goes nowhere. */
  timeOut(socket: BounceSocket, message: Answerable, { owner }: Route): void {
    this.#logger.warn(
      `${owner} took longer than handlerTimeoutMs; its client was answered "timeout"`,
    );
    this.fail(socket, message, new BounceWsError('timeout'));
  }

  #log(exception: unknown, source: string | undefined): void {
    const { message, stack } = describe(exception);
    this.#logger.error(`${source ?? 'A message'} failed: ${message}`, stack);
  }
}

/** What a log says about something that was thrown. Whatever it is, reading it may throw as well. */
function describe(exception: unknown): { message: string; stack: string | undefined } {
  try {
    if (exception instanceof Error) {
      return { message: exception.message, stack: exception.stack };
    }
    return { message: `a value that is no Error: ${String(exception)}`, stack: undefined };
  } catch {
    return { message: 'something that cannot be read', stack: undefined };
  }
}

function errorData({ code, details }: BounceWsError, event: string | undefined): ErrorData {
  return {
    code,
    message: ERROR_MESSAGES[code],
    ...(event === undefined ? {} : { event }),
    ...(details === undefined ? {} : { details }),
  };
}

/** Nest's `WsResponse`: exactly the two keys, so that a payload that happens to have an `event` is not taken for one. */
function isEventAndData(value: unknown): value is { event: string; data: unknown } {
  return (
    typeof value === 'object' &&
    value !== null &&
    'event' in value &&
    'data' in value &&
    typeof value.event === 'string' &&
    Object.keys(value).length === 2
  );
}
