import { setImmediate as nextTurn } from 'node:timers/promises';
import { Inject, Injectable, Logger } from '@nestjs/common';
import { BOUNCE_WS_OPTIONS } from '../common/index.js';
import type { BounceSocket } from '../connection/index.js';
import { CloseCode } from '../protocol/index.js';
import { Dispatcher } from '../routing/index.js';
import { ConnectionLifecycle } from './connection.lifecycle.js';
import { Deadline } from './deadline.js';
import type { ResolvedTransportOptions } from './transport.settings.js';

/** Connections closed in one turn of the event loop. */
const BATCH = 250;
/** Each batch is asked to stay away that much longer: at most 1 000 clients a second come back. */
const HINT_STEP_MS = 250;
const LONGEST_HINT_MS = 10_000;
/** How long a client that waits for answers may get them. */
const ANSWER_MS = 1_000;

/**
 * Ends all connections of a node that stops: 1012 to everybody, in batches, each with a hint when to come back; those
 * whose messages are at work get their answers first. Then it waits for handlers and disconnect hooks.
 */
@Injectable()
export class ConnectionDrain {
  readonly #logger = new Logger('BounceWs');
  #run: Promise<void> | undefined;

  constructor(
    private readonly lifecycle: ConnectionLifecycle,
    private readonly dispatcher: Dispatcher,
    @Inject(BOUNCE_WS_OPTIONS) private readonly options: ResolvedTransportOptions,
  ) {}

  /** Resolves when everything has ended, or when `shutdownTimeoutMs` is over. Later calls wait for the first. */
  run(sockets: () => Iterable<BounceSocket>): Promise<void> {
    return (this.#run ??= this.#drain(sockets));
  }

  async #drain(sockets: () => Iterable<BounceSocket>): Promise<void> {
    const deadline = new Deadline(this.options.shutdownTimeoutMs);
    this.dispatcher.stop();
    await this.#closeAll([...sockets()].filter((socket) => !this.lifecycle.isBusy(socket)));
    const grace = Math.min(ANSWER_MS, this.options.shutdownTimeoutMs / 4);
    await new Deadline(grace).wait(this.dispatcher.idle());
    await this.#closeAll([...sockets()]);
    const hasEnded = await deadline.wait(this.#ended());
    if (hasEnded) return;
    for (const socket of sockets()) socket.terminate();
    this.#logger.warn(
      `The shutdown took longer than shutdownTimeoutMs (${this.options.shutdownTimeoutMs} ms); ` +
        'handlers or disconnect hooks that are still at work are not waited for',
    );
  }

  async #closeAll(sockets: readonly BounceSocket[]): Promise<void> {
    for (let start = 0; start < sockets.length; start += BATCH) {
      const hintMs = Math.min((start / BATCH + 1) * HINT_STEP_MS, LONGEST_HINT_MS);
      for (const socket of sockets.slice(start, start + BATCH)) {
        socket.close(CloseCode.Restart, `the server restarts; retry-after=${hintMs}`);
      }
      // Other sockets are read, and these written, before the next ones.
      await nextTurn();
    }
  }

  async #ended(): Promise<void> {
    await this.lifecycle.emptied();
    await this.dispatcher.idle();
    await this.lifecycle.disconnected();
  }
}
