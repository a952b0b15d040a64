import type { BounceWsError } from '../../protocol/bounce-ws.error.js';
import type { Message, RecoveryData } from '../client-events.js';
import type { ClientRecovery } from '../client-recovery.interface.js';
import type { ServerPort } from '../server-port.interface.js';
import { RoomPositions } from './room-positions.js';

/** The server cannot read what it was told, and would refuse it for ever. */
const UNREADABLE = /^(invalid_payload|limit_exceeded)$/;

/** Options of a {@link RoomRecovery}. */
export interface RoomRecoveryOptions {
  /**
   * The most messages of one room to get again; when more were missed, `recovery` says `recovered: false`.
   *
   * @default what the server has as its `maxRecovered`
   */
  readonly limit?: number;
}

/**
 * Gets a client the messages that were said in its rooms while it was away, each once and in order, from a server with
 * `history`. It remembers up to where the client has each of the 128 rooms used last, and tells every new connection; the server
 * then sends the event `recovery` for each of them that the client is in again, and what was missed. PROTOCOL.md, section 8.8.
 *
 * From a server without history everything comes as it does without this. When the server refuses, `onError` hears
 * of it, and no room waits for what was missed.
 *
 * @example
 * const client = new BounceClient('wss://example.com/', { recovery: new RoomRecovery() });
 * client.on('connect', () => client.emit('join', { room: 'tea' }));
 * client.on('recovery', ({ room, recovered }) => {
 *   if (recovered === false) reload(room);
 * });
 */
export class RoomRecovery implements ClientRecovery {
  readonly #positions = new RoomPositions();
  readonly #limit: number | undefined;
  #port: ServerPort | undefined;
  // Who the client was to the server when it last said so: what left that one out leaves this one out too.
  #connection: string | undefined;
  // What is asked for will not come on this connection.
  #isRefused = false;

  /** @throws RangeError when `limit` is no whole number from 1 */
  constructor({ limit }: RoomRecoveryOptions = {}) {
    if (limit !== undefined && !(Number.isSafeInteger(limit) && limit > 0)) {
      throw new RangeError('limit must be a whole number from 1');
    }
    this.#limit = limit;
  }

  /** For the client that has this as its option, like {@link replay} and {@link drops}. @throws Error at a second one */
  attach(port: ServerPort): void {
    if (this.#port !== undefined) throw new Error('A RoomRecovery is for one client: make another');
    this.#port = port;
  }

  /** Asks for what was missed. */
  replay(): void {
    this.#isRefused = false;
    void this.#hello(this.#port!);
  }

  /** Counts a message. @returns Whether it has come before, or comes again later */
  drops({ event, data, room, offset }: Message): boolean {
    if (event === 'recovery' && isRecovery(data)) this.#moved(data);
    if (room === undefined || offset === undefined) return false;
    const position = this.#positions.get(room);
    if (position === undefined) return false;
    // It comes again, in its place. When nothing will, it counts for nothing: the next connection asks for all of it.
    if (position.isAsked) return !this.#isRefused;
    if (offset <= position.offset) return true;
    this.#positions.set(room, { ...position, offset });
    return false;
  }

  async #hello(port: ServerPort): Promise<void> {
    const data = { connection: this.#connection, rooms: this.#positions.ask(), limit: this.#limit };
    try {
      const answer = await port.request('hello', data);
      this.#connection = (answer as { connection?: string } | null)?.connection;
    } catch (error) {
      // With the connection gone, the next one is asked the same.
      if (port.connection.isOpen) this.#refused(error as BounceWsError, port);
    }
  }

  #refused(error: BounceWsError, port: ServerPort): void {
    this.#isRefused = true;
    if (UNREADABLE.test(error.code)) this.#positions.clear();
    // How a server says that it has no history.
    if (error.code !== 'reserved_event') port.errors.report(error);
  }

  #moved({ room, epoch, offset, recovered }: RecoveryData): void {
    const isAsked = this.#positions.get(room)?.isAsked === true;
    // Where the room stood when the connection entered it; what was asked for is still to come.
    if (isAsked && recovered === undefined && !this.#isRefused) return;
    this.#positions.set(room, { epoch, offset, isAsked: false });
  }
}

function isRecovery(data: unknown): data is RecoveryData {
  const { room, epoch, offset } = (data ?? {}) as Partial<RecoveryData>;
  return typeof room === 'string' && typeof epoch === 'string' && typeof offset === 'number';
}
