import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createContext, runInContext } from 'node:vm';
import { WebSocket } from 'ws';

/** The scripts that behave as the other projects' browser clients do; they run in a page, and here without one. */
export type PageScript = 'wszero' | 'microsockets' | 'bazis';

/** Where a script is, for a browser to load. */
export function pathOf(script: PageScript): string {
  return join(import.meta.dirname, `${script}.js`);
}

/** The part of a browser's WebSocket that the scripts use. That of `ws` has methods of its own, which they overwrite. */
export class PageSocket extends EventTarget {
  readonly #socket: WebSocket;

  constructor(url: string) {
    super();
    this.#socket = new WebSocket(url);
    this.#socket.on('open', () => this.dispatchEvent(new Event('open')));
    this.#socket.on('close', () => this.dispatchEvent(new Event('close')));
    this.#socket.on('message', (data: Buffer) =>
      this.dispatchEvent(new MessageEvent('message', { data: data.toString() })),
    );
  }

  send(text: string): void {
    this.#socket.send(text);
  }

  close(): void {
    this.#socket.close();
  }
}

/** What the scripts put on `window`. */
export interface ForeignWindow {
  HANDLERS: Record<string, (message: Record<string, unknown>) => void>;
  send_message: (message: object) => void;
  openWszero: (url: string) => PageSocket;
  MicroSocket: (url: string) => MicroSocket;
  BazisClient: new (url: string, token?: string, pingIntervalMs?: number) => BazisClient;
}

/** A WebSocket as the script microsockets.js changes it. */
export interface MicroSocket extends Omit<PageSocket, 'send'> {
  on(event: string, handler: (payload: string) => void): void;
  off(event: string, handler?: (payload: string) => void): void;
  send(event: string, payload?: string): void;
}

/** The client of the script bazis.js. */
export interface BazisClient {
  readonly pongs: number;
  readonly errors: readonly string[];
  readonly unknown: readonly unknown[];
  connect(): PageSocket;
  send(message: object): void;
  onData: (data: unknown) => void;
}

/** Runs a script in a `window` of its own. */
export function openPage(script: PageScript): ForeignWindow {
  const window = {} as ForeignWindow;
  const context = createContext({ window, WebSocket: PageSocket, setInterval, clearInterval });
  runInContext(readFileSync(pathOf(script), 'utf8'), context);
  return window;
}
