import { isDeepStrictEqual } from 'node:util';
import { WebSocket } from 'ws';
import type { Target } from '../load/load-calls.interface.js';
import { type Message, type Wire, WIRES } from '../load/wire.js';

const TIMEOUT_MS = 5_000;

/** What a server sends, whatever its protocol puts around it. */
interface Received {
  readonly event?: unknown;
  readonly data?: unknown;
}

/**
 * One ordinary client that reads what it gets. With it the harness makes sure, before anything is measured, that a
 * server does its work.
 */
export class Dialogue {
  readonly #wire: Wire;
  readonly #socket: WebSocket;
  #received: Received[] = [];
  #onReceived: () => void = () => undefined;
  #onGreeted: () => void = () => undefined;

  private constructor(private readonly target: Target) {
    this.#wire = WIRES[target.protocol];
    this.#socket = new WebSocket(`ws://127.0.0.1:${target.port}${this.#wire.path}`);
    this.#socket.on('message', (frame: Buffer) => this.#read(frame.toString()));
  }

  /** Connects, and says what the protocol wants said first. */
  static async open(target: Target): Promise<Dialogue> {
    const dialogue = new Dialogue(target);
    await new Promise<void>((resolve, reject) => {
      if (dialogue.#wire.greetings.length > 0) dialogue.#onGreeted = resolve;
      else dialogue.#socket.on('open', resolve);
      dialogue.#socket.on('error', reject);
    });
    return dialogue;
  }

  send(message: Message): void {
    this.#socket.send(this.#wire.encode(message));
  }

  /** Waits for a message that says exactly this. @throws Error when another one of that event, or nothing, comes */
  async expect(event: string, data: unknown): Promise<void> {
    const deadline = AbortSignal.timeout(TIMEOUT_MS);
    let found: Received | undefined;
    while ((found = this.#received.find((message) => message.event === event)) === undefined) {
      await new Promise<void>((resolve, reject) => {
        this.#onReceived = resolve;
        deadline.addEventListener('abort', () => reject(new Error(`No "${event}" came`)));
      });
    }
    this.#received = this.#received.filter((message) => message !== found);
    if (!isDeepStrictEqual(found.data, data)) {
      throw new Error(`"${event}" came with ${JSON.stringify(found.data)}`);
    }
  }

  /** Leaves, and waits until it has left. */
  async close(): Promise<void> {
    const closed = new Promise((resolve) => this.#socket.on('close', resolve));
    this.#socket.close();
    await closed;
  }

  #read(text: string): void {
    if (this.target.protocol === 'json') {
      this.#take(JSON.parse(text) as Received);
    } else if (text.startsWith('42')) {
      const [event, data] = JSON.parse(text.slice(2)) as [string, unknown];
      this.#take({ event, data });
    } else if (text.startsWith('40')) {
      this.#onGreeted();
    } else if (text.startsWith('0')) {
      for (const greeting of this.#wire.greetings) this.#socket.send(greeting);
    }
  }

  #take(message: Received): void {
    this.#received.push(message);
    this.#onReceived();
  }
}
