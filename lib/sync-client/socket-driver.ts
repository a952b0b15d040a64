import type { MessagePort } from 'node:worker_threads';
import { WebSocket } from 'ws';
import { CloseCode } from '../protocol/close-code.constants.js';
import {
  type Arrival,
  type ConnectionCommand,
  type OpenCommand,
  unreadSize,
} from './channel.interface.js';
import { ReadyState } from './ready-state.constants.js';
import { SharedState } from './shared-state.js';
import { SocketHeartbeat } from './socket-heartbeat.js';

/** The network thread's end of one connection: moves frames between a WebSocket and the port to the calling thread. */
export class SocketDriver {
  readonly #state: SharedState;
  readonly #port: MessagePort;
  #socket: WebSocket | undefined;
  #heartbeat: SocketHeartbeat | undefined;
  #failure: { code: number; reason: string } | undefined;
  #status: number | undefined;

  /** @param gone called once, when the connection is */
  constructor(
    private readonly command: OpenCommand,
    private readonly gone: () => void,
  ) {
    this.#state = new SharedState(command.memory);
    this.#port = command.port;
    this.#port.on('message', (next: ConnectionCommand) => this.#obey(next));
  }

  open(): void {
    const { url, protocols, headers, maxPayloadBytes, heartbeat } = this.command;
    try {
      const socket = new WebSocket(url, [...protocols], {
        headers,
        maxPayload: maxPayloadBytes,
        perMessageDeflate: false,
      });
      this.#socket = socket;
      this.#listen(socket);
      if (heartbeat === false) return;
      this.#heartbeat = new SocketHeartbeat(socket, heartbeat, () =>
        this.#drop('heartbeat timeout', CloseCode.Timeout),
      );
    } catch (error) {
      // A subprotocol or header that no handshake can hold.
      this.#fail(CloseCode.ProtocolError, String(error));
      this.#closed(NEVER_SENT, '');
    }
  }

  /** Ends the connection: what carries it has failed. */
  fail(error: Error): void {
    this.#drop(messageOf(error));
  }

  #listen(socket: WebSocket): void {
    socket.on('open', () => {
      this.#state.readyState = ReadyState.Open;
      this.#post({ type: 'opened', protocol: socket.protocol });
      this.#heartbeat?.start();
    });
    socket.on('message', (data: Buffer, isBinary) => this.#received(data, isBinary));
    socket.on('unexpected-response', (_request, { statusCode, statusMessage = '' }) => {
      this.#status = statusCode;
      this.#fail(NEVER_SENT, `HTTP ${statusCode} ${statusMessage}`.trimEnd());
      socket.terminate();
    });
    socket.on('error', (error: Error & { code?: string }) => {
      this.#fail(CODE_OF_ERROR.get(error.code ?? '') ?? NEVER_SENT, messageOf(error));
    });
    socket.on('close', (code, reason) => this.#closed(code, reason.toString()));
  }

  #obey(command: ConnectionCommand): void {
    if (typeof command === 'string' || command instanceof Uint8Array) this.#send(command);
    else if (command.type === 'drop') this.#drop(command.reason);
    else {
      // A pause would keep the answer to a close frame out, too.
      this.#socket?.resume();
      if (command.type === 'close') this.#socket?.close(command.code, command.reason);
    }
  }

  #send(frame: string | Uint8Array): void {
    const bytes = Buffer.byteLength(frame);
    this.#socket?.send(frame, () => {
      // Also after an error: whatever became of the frame, it no longer waits.
      this.#state.removeUnsent(bytes);
    });
  }

  #received(data: Buffer, isBinary: boolean): void {
    this.#heartbeat?.seen();
    const frame = isBinary ? new Uint8Array(data) : data.toString();
    const unread = this.#state.addUnread(unreadSize(data));
    if (typeof frame === 'string') this.#post(frame);
    else this.#post(frame, [frame.buffer]);
    if (unread > this.command.maxUnreadBytes) this.#pause();
  }

  #pause(): void {
    if (this.#state.isPaused || this.#socket?.readyState !== WebSocket.OPEN) return;
    this.#socket.pause();
    this.#state.pause();
    this.#state.announce();
    // The calling thread may have read everything just before it could see the pause.
    if (this.#state.unread <= this.command.maxUnreadBytes / 2 && this.#state.endPause()) {
      this.#socket.resume();
    }
  }

  #drop(reason: string, code: number = NEVER_SENT): void {
    this.#fail(code, reason);
    this.#socket?.terminate();
  }

  // The first failure is the cause, those that follow are its consequences.
  #fail(code: number, reason: string): void {
    this.#failure ??= { code, reason };
  }

  #closed(code: number, reason: string): void {
    this.#heartbeat?.stop();
    const failure = this.#failure;
    this.#post(
      {
        type: 'closed',
        code: code === NEVER_SENT ? (failure?.code ?? code) : code,
        reason: reason === '' ? (failure?.reason ?? '') : reason,
        isFailure: failure !== undefined || code === NEVER_SENT,
        status: this.#status,
      },
      [],
      ReadyState.Closed,
    );
    this.gone();
  }

  #post(arrival: Arrival, transfer: ArrayBuffer[] = [], readyState?: ReadyState): void {
    this.#port.postMessage(arrival, transfer);
    // Whoever sees the end of the connection finds everything that came before it.
    if (readyState !== undefined) this.#state.readyState = readyState;
    this.#state.announce();
  }
}

/** What a WebSocket calls the end of a connection that had no close frame. */
const NEVER_SENT = 1006;

/** The close codes that `ws` sends when it cannot accept what the server sent, but does not report. */
const CODE_OF_ERROR: ReadonlyMap<string, number> = new Map([
  ['WS_ERR_UNSUPPORTED_MESSAGE_LENGTH', CloseCode.TooBig],
  ['WS_ERR_INVALID_UTF8', CloseCode.InvalidUtf8],
]);

function messageOf(error: Error): string {
  // Node gives no message of its own when it tried several addresses.
  const [first] = error instanceof AggregateError ? (error.errors as Error[]) : [];
  return error.message === '' ? (first?.message ?? error.name) : error.message;
}
