import type { Exceptions } from '../backplane/index.js';
import type { BounceSocket } from '../connection/index.js';
import { ReservedEvent } from '../protocol/index.js';
import type { HistoryPosition, HistorySlice } from './history-store.interface.js';
import { isLeftOut } from './is-left-out.js';
import { LogReader } from './log-reader.js';
import { Newcomer } from './newcomer.js';
import { NumberedFrames } from './numbered-frames.js';
import type { RecoveryRequest } from './recovery-requests.js';
import type { RoomLogContext } from './room-log-context.interface.js';
import type { RoomMessage } from './room-message.js';

type Socket = BounceSocket<object>;

const DONE = Promise.resolve();

/** Stands where no log ever stands: what the client is told while nobody knows. */
const NOWHERE: HistoryPosition = { epoch: '', offset: 0 };

/** What the name of the room and the number add to an envelope, beside the name. */
const PLACE_BYTES = 40;

/**
 * A room with history, on a node that has members of it. What the log has is delivered to them in its order, without a hole;
 * where there may be one, they are told.
 */
export class RoomLog {
  readonly #reader: LogReader;
  readonly #newcomers = new Map<Socket, Newcomer>();

  constructor(
    private readonly room: string,
    private readonly context: RoomLogContext,
  ) {
    this.#reader = new LogReader(room, context, {
      // To those who were in before anybody knew: what was said until now may have passed them by.
      opened: (position) => this.#tellOld(position, { recovered: false }),
      broken: (position) => {
        for (const newcomer of this.#newcomers.values()) newcomer.tear();
        this.#tellOld(position, { recovered: false });
      },
      message: (message) => this.#deliver(message),
    });
  }

  /** Up to where everything was delivered here; `undefined` while nobody knows. */
  get position(): HistoryPosition | undefined {
    return this.#reader.position;
  }

  /** A socket is in the room. @returns when it was told where it stands, and was sent what it missed. Never rejects */
  enter(socket: Socket, request: RecoveryRequest | undefined): Promise<void> {
    const { position } = this;
    if (request === undefined && position !== undefined) {
      this.#tell(socket, position, {});
      return DONE;
    }
    const newcomer = new Newcomer(request, this.#newcomers.get(socket)?.heldAfter(0));
    this.#newcomers.set(socket, newcomer);
    return this.#welcome(socket, newcomer);
  }

  /** A socket is in the room no more. @returns what it wanted to recover and was not told about yet */
  leave(socket: Socket): RecoveryRequest | undefined {
    const request = this.#newcomers.get(socket)?.request;
    this.#newcomers.delete(socket);
    return request;
  }

  /** Takes a message that the log has. */
  take(epoch: string, message: RoomMessage & { readonly offset: number }): void {
    this.#reader.take(epoch, message);
  }

  /** Sends a message that the log does not have to the members now. */
  takeUnnumbered(message: RoomMessage): void {
    this.#reader.release();
    this.#deliver(message);
  }

  /**
   * Compares with where the log stands, and fetches what is missing. Never rejects
   *
   * @param before - what {@link position} was when the log was looked at
   */
  compare(head: HistoryPosition | undefined, before?: HistoryPosition): Promise<void> {
    return this.#reader.compare(head, before);
  }

  /** The last member has left. */
  close(): void {
    this.#reader.close();
    this.#newcomers.clear();
  }

  #deliver(message: RoomMessage): void {
    const { room, context } = this;
    const frames = new NumberedFrames(room, message.envelope, message.offset);
    const hasNewcomers = this.#newcomers.size > 0;
    let failure: unknown;
    for (const socket of context.members(room)) {
      const newcomer = hasNewcomers ? this.#newcomers.get(socket) : undefined;
      if (newcomer !== undefined) newcomer.hold(message);
      else if (this.#isFor(socket, message.except)) failure = send(frames, socket) ?? failure;
    }
    if (failure !== undefined) context.undelivered(room, failure);
  }

  async #welcome(socket: Socket, newcomer: Newcomer): Promise<void> {
    const { request } = newcomer;
    const isOpen = await this.#reader.open();
    const missed =
      isOpen && request !== undefined
        ? await this.#reader.readSince(request.since, request.limit, request.budget.bytes)
        : undefined;
    // It may have left, and even come again, in between.
    if (this.#newcomers.get(socket) !== newcomer) return;
    // From here on nothing is waited for: what is live would come in between, or be lost.
    this.#newcomers.delete(socket);
    if (request !== undefined && missed !== undefined && this.#canSend(missed, newcomer)) {
      this.#tell(socket, request.since, { recovered: true });
      const { head, entries } = missed;
      const last = this.#send(socket, entries, request.formerId);
      // What is left out at the end would be asked for again, by a connection whose name nobody knows any more.
      if (entries.length > 0 && last !== head.offset) this.#tell(socket, head, {});
      this.#send(socket, newcomer.heldAfter(head.offset));
    } else {
      this.#begin(socket, newcomer);
    }
  }

  #canSend({ entries }: HistorySlice, { request, isTorn }: Newcomer): boolean {
    if (request === undefined || isTorn) return false;
    const placeBytes = this.room.length + PLACE_BYTES;
    const bytes = entries.reduce(
      (sum, { envelope }) => sum + Buffer.byteLength(envelope) + placeBytes,
      0,
    );
    return request.budget.spend(bytes);
  }

  /** From here on: nothing of before. */
  #begin(socket: Socket, newcomer: Newcomer): void {
    const { position } = this;
    const hasMissed = newcomer.request !== undefined || newcomer.isTorn;
    const change = hasMissed ? { recovered: false } : {};
    if (position !== undefined) {
      const offset = newcomer.heldSince ?? position.offset;
      this.#tell(socket, { ...position, offset }, change);
    } else if (hasMissed) {
      this.#tell(socket, NOWHERE, change);
    }
    this.#send(socket, newcomer.heldAfter(0));
  }

  /** @returns the number of the last message that was for the socket */
  #send(socket: Socket, messages: readonly RoomMessage[], formerId?: string): number | undefined {
    let last: number | undefined;
    for (const { envelope, offset, except } of messages) {
      if (!this.#isFor(socket, except, formerId)) continue;
      last = offset;
      const failure = send(new NumberedFrames(this.room, envelope, offset), socket);
      if (failure !== undefined) this.context.undelivered(this.room, failure);
    }
    return last;
  }

  #isFor(socket: Socket, except: Exceptions | undefined, formerId?: string): boolean {
    if (isLeftOut(socket, except, formerId)) return false;
    return except?.copy === undefined || this.context.copies.add(socket, except.copy.of);
  }

  /** Tells those who wait for nothing. */
  #tellOld(position: HistoryPosition, change: { readonly recovered?: boolean }): void {
    for (const socket of this.context.members(this.room)) {
      if (!this.#newcomers.has(socket)) this.#tell(socket, position, change);
    }
  }

  #tell(
    socket: Socket,
    { epoch, offset }: HistoryPosition,
    change: { readonly recovered?: boolean },
  ): void {
    // The others have no use for it, and some of their clients throw on what they do not know.
    if (socket.codec.hasIds !== true) return;
    try {
      socket.deliver(ReservedEvent.Recovery, { room: this.room, epoch, offset, ...change });
    } catch (error) {
      this.context.undelivered(this.room, error);
    }
  }
}

/**
 * Sends a message to a socket. What another process wrote, or a codec of the app made of it, may be anything, but it concerns
 * none of the others.
 *
 * @returns why it could not be sent
 */
function send(frames: NumberedFrames, socket: Socket): unknown {
  try {
    const frame = frames.for(socket.codec);
    if (frame !== undefined) socket.deliverFrame(frame);
    return undefined;
  } catch (error) {
    return error;
  }
}
