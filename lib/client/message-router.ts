import { errorOfData } from '../protocol/error-of-data.js';
import type { ClientRecovery } from './client-recovery.interface.js';
import type { ErrorReporter } from './error-reporter.js';
import { evalJs } from './eval-js.js';
import type { Message } from './client-events.js';
import { decodeFrame, type FrameCodec } from './frame.js';
import type { Listeners } from './listeners.js';
import type { PendingRequests } from './pending-requests.js';
import type { RequestHandlers } from './request-handlers.js';
import type { Frame } from './web-socket-like.interface.js';

/** Who gets the messages of the server. */
export interface MessageRouterParts {
  readonly errors: ErrorReporter;
  readonly listeners: Listeners;
  readonly pending: PendingRequests;
  readonly requestHandlers: RequestHandlers;
  readonly allowEval: boolean;
  readonly codec: FrameCodec;
  readonly recovery: ClientRecovery | undefined;
  /** Sends the answer to a request of the server. */
  reply(frame: Frame): void;
  /** Gives the server a new token, if there is a way to get one. */
  renewToken(): Promise<void>;
}

/** Takes every frame of the server to whom it is for. */
export class MessageRouter {
  readonly #routes = new Map<string, (message: Message) => void>([
    ['ack', (message) => this.#ack(message)],
    ['pong', (message) => (isAnswer(message) ? this.#ack(message) : this.#deliver(message))],
    ['error', (message) => this.#error(message)],
    ['eval_js', ({ data }) => this.parts.errors.guard(() => evalJs(data, this.parts.allowEval))],
    ['authenticate', (message) => this.#renew(message)],
    // Raised by the client itself; a server cannot fake them.
    ['connect', () => undefined],
    ['disconnect', () => undefined],
  ]);

  constructor(private readonly parts: MessageRouterParts) {}

  /** @param isRaw whether somebody takes frames as they are: then they need not be messages */
  route(frame: unknown, isRaw: boolean): void {
    try {
      const message = decodeFrame(frame, this.parts.codec);
      if (this.parts.recovery?.drops(message)) return;
      const route = this.#routes.get(message.event);
      if (route === undefined) this.#application(message);
      else route(message);
    } catch (error) {
      if (!isRaw) this.parts.errors.report(error);
    }
  }

  #ack({ id, data }: Message): void {
    this.parts.pending.resolve(id as number, data);
  }

  #error(message: Message): void {
    const error = errorOfData(message.data);
    if (isAnswer(message)) this.parts.pending.reject(message.id, error);
    else if (!this.#dispatch(message)) this.parts.errors.report(error);
  }

  #renew(message: Message): void {
    this.parts.errors.guard(() => this.parts.renewToken());
    this.#deliver(message);
  }

  #application(message: Message): void {
    const { pending } = this.parts;
    if (typeof message.id === 'string') this.#request(message);
    else if (!isAnswer(message)) this.#deliver(message);
    // An item of a stream. One that comes after its stream was cancelled is for nobody.
    else if (pending.has(message.id) && !pending.item(message.id, message)) this.#deliver(message);
  }

  #request(message: Message): void {
    this.parts.listeners.dispatchAny(message);
    void this.parts.requestHandlers.answer(message).then((frame) => this.parts.reply(frame));
  }

  #deliver(message: Message): void {
    this.parts.listeners.dispatchAny(message);
    this.#dispatch(message);
  }

  #dispatch(message: Message): boolean {
    return this.parts.listeners.dispatch(message.event, message.data, message);
  }
}

// The client's own ids are numbers, the server's are strings.
function isAnswer(message: Message): message is Message & { id: number } {
  return typeof message.id === 'number';
}
