import { Socket } from 'node:net';
import type { Duplex } from 'node:stream';

/** As much as Node asks the kernel for at once. */
const READ_BYTES = 65_536;

const FIN = 0x80;
const LENGTH = 0x7f;
const LENGTH_16_BIT = 126;
const MASK_KEY_BYTES = 4;

/** The state of a `Receiver` of `ws` that waits for the first byte of a frame. */
const GET_INFO = 0;

type Slotted = Socket & Record<symbol, unknown>;

/** Where a socket keeps what is not public: the `onread` option of `net.connect()`, and the WebSocket on it. */
interface Slots {
  readonly buffer: symbol;
  readonly onRead: symbol;
  readonly webSocket: symbol | undefined;
}

interface UserBufferHandle {
  useUserBuffer(buffer: Uint8Array): void;
}

/**
 * Lets connections read into one buffer that all of them share, where Node makes a new one of 64 KiB for each read: that
 * is what the `onread` option of `net.connect()` does, which Node does not offer for accepted connections. Whoever
 * listens to `data` gets what was read as a copy of its own, so nothing else changes.
 */
export class SharedReads {
  // What was read is handed over before the next read begins.
  readonly #buffer = Buffer.allocUnsafeSlow(READ_BYTES);
  #slots: Slots | undefined;

  /**
   * Lets a connection take part, once it has its WebSocket.
   *
   * @returns whether it does; it stays as it was with TLS, and when this version of Node keeps the option elsewhere
   */
  add(stream: Duplex): boolean {
    // Of this very class: a TLSSocket is a Socket too, but gets its bytes from somewhere else.
    if (!(stream instanceof Socket) || stream.constructor !== Socket) return false;
    this.#slots ??= slotsOf(stream);
    const handle: unknown = Reflect.get(stream, '_handle');
    if (this.#slots === undefined || !hasUserBuffer(handle)) return false;
    const slotted = stream as Slotted;
    slotted[this.#slots.buffer] = this.#buffer;
    slotted[this.#slots.onRead] = this.#onRead;
    handle.useUserBuffer(this.#buffer);
    return true;
  }

  // Node calls it on the socket; one function for all connections, as a closure each would be memory for each.
  readonly #onRead = ((reads: SharedReads) =>
    function onRead(this: Slotted, length: number, buffer: Buffer): boolean {
      const isShort = reads.#isIdle(this) && isOneFrame(buffer, length);
      this.emit('data', isShort ? Buffer.from(buffer.subarray(0, length)) : copyOf(buffer, length));
      // Whether to go on is up to `pause()`.
      return true;
    })(this);

  /** Whether `ws` keeps nothing of what came before. Not known is no. */
  #isIdle(socket: Slotted): boolean {
    const slot = this.#slots?.webSocket;
    if (slot === undefined) return false;
    const { _receiver: receiver } = (socket[slot] ?? {}) as { _receiver?: Record<string, unknown> };
    return (
      receiver?.['_state'] === GET_INFO &&
      receiver['_bufferedBytes'] === 0 &&
      receiver['_fragmented'] === 0
    );
  }
}

function slotsOf(socket: Socket): Slots | undefined {
  const symbols = Object.getOwnPropertySymbols(socket);
  const find = (name: string): symbol | undefined =>
    symbols.find(({ description }) => description === name);
  const [buffer, onRead] = [find('kBuffer'), find('kBufferCb')];
  if (buffer === undefined || onRead === undefined) return undefined;
  return { buffer, onRead, webSocket: find('websocket') };
}

function hasUserBuffer(handle: unknown): handle is UserBufferHandle {
  return (
    typeof handle === 'object' &&
    handle !== null &&
    typeof Reflect.get(handle, 'useUserBuffer') === 'function'
  );
}

// A frame that is there as a whole is done with before the next read, so it may share the memory of others for so long.
// A part of one is kept until the rest arrives, and must not keep 8 KiB of others in memory with it.
function copyOf(buffer: Buffer, length: number): Buffer {
  const copy = Buffer.allocUnsafeSlow(length);
  buffer.copy(copy, 0, 0, length);
  return copy;
}

/** Whether these bytes are one message of less than 64 KiB as a client sends it (RFC 6455, 5.2). */
function isOneFrame(buffer: Buffer, length: number): boolean {
  if (length < 2 || (buffer[0]! & FIN) === 0) return false;
  const short = buffer[1]! & LENGTH;
  if (short < LENGTH_16_BIT) return length === 2 + MASK_KEY_BYTES + short;
  return (
    short === LENGTH_16_BIT && length > 4 && length === 4 + MASK_KEY_BYTES + buffer.readUInt16BE(2)
  );
}
