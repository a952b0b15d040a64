import { Inject, Injectable, Logger } from '@nestjs/common';
import type { Subscription } from 'rxjs';
import { BOUNCE_WS_OPTIONS } from '../../common/index.js';
import { type BounceSocket, ConnectionRegistry } from '../../connection/index.js';
import { BounceWsError, type MessageId } from '../../protocol/index.js';
import type { ResolvedRoutingOptions } from '../routing.options.js';

interface Streams {
  readonly all: Set<Subscription>;
  readonly byId: Map<MessageId, Subscription>;
}

/** The Observables that run for each connection. They end with it. */
@Injectable()
export class StreamRegistry {
  readonly #logger = new Logger('BounceWs');
  readonly #streams = new WeakMap<BounceSocket, Streams>();

  constructor(
    @Inject(BOUNCE_WS_OPTIONS)
    private readonly options: Pick<ResolvedRoutingOptions, 'streamsPerConnection'>,
    connections: ConnectionRegistry,
  ) {
    connections.closed$.subscribe(({ socket }) => this.#cancelAll(socket));
  }

  /** Refuses one more than allowed. @throws BounceWsError `limit_exceeded` */
  assertRoom(socket: BounceSocket): void {
    const max = this.options.streamsPerConnection;
    if ((this.#streams.get(socket)?.all.size ?? 0) < max) return;
    throw new BounceWsError('limit_exceeded', undefined, {
      details: { limit: 'streamsPerConnection', max },
    });
  }

  /** Keeps a running stream, so that it can be cancelled. */
  add(socket: BounceSocket, id: MessageId | undefined, stream: Subscription): void {
    if (stream.closed) return;
    const streams = this.#streams.get(socket) ?? { all: new Set(), byId: new Map() };
    this.#streams.set(socket, streams);
    streams.all.add(stream);
    if (id !== undefined) streams.byId.set(id, stream);
    stream.add(() => {
      streams.all.delete(stream);
      if (id !== undefined && streams.byId.get(id) === stream) streams.byId.delete(id);
    });
  }

  /** Ends the stream of a request. An unknown id is no error: the stream may just have ended by itself. */
  cancel(socket: BounceSocket, id: MessageId): void {
    this.#end(this.#streams.get(socket)?.byId.get(id));
  }

  #cancelAll(socket: BounceSocket): void {
    for (const stream of [...(this.#streams.get(socket)?.all ?? [])]) this.#end(stream);
  }

  // What the app does at the end of its stream may fail, and must not keep the others from theirs.
  #end(stream: Subscription | undefined): void {
    try {
      stream?.unsubscribe();
    } catch (error) {
      this.#logger.error(
        'The end of a stream failed',
        error instanceof Error ? error.stack : String(error),
      );
    }
  }
}
