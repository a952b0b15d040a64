/* oxlint-disable unicorn/prefer-add-event-listener -- the examples are written with these properties */
/*
 * The examples of nwebsocket's README, line by line, for a client whose calls do not block: where they sleep in a loop
 * until `readyState` changes, these give way to the event loop.
 */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { BounceClient, type SocketMessageEvent } from 'bounce-ws/client';
import { expectNoUnhandledErrors } from '../../support/unhandled.js';
import { EchoServer } from './echo-server.js';

/** The example's `time.sleep`, which ends when there is something to see. */
const sleepWhile = async (condition: () => boolean) => {
  while (condition()) await new Promise(setImmediate);
};

describe("nwebsocket's examples", () => {
  // In place of wss://ws.postman-echo.com/raw.
  let server: EchoServer;
  let printed: unknown[];
  const print = (...line: unknown[]) => printed.push(...line);
  expectNoUnhandledErrors();

  beforeAll(async () => {
    server = await EchoServer.listen();
    printed = [];
  });
  afterAll(() => server.stop());

  it('example_minimal.py', async () => {
    printed = [];
    const wscn = new BounceClient(server.url);

    wscn.onmessage = (m) => print(m.data);
    wscn.onopen = () => print('Opened connection');
    wscn.onclose = () => print('Closed connection');
    wscn.onerror = (e) => print('Connection error', e.message);

    await sleepWhile(() => !wscn.readyState);

    wscn.sendRaw('text');
    await sleepWhile(() => !printed.includes('text'));

    wscn.close();

    await sleepWhile(() => wscn.readyState !== BounceClient.CLOSED);
    expect(printed).toEqual(['Opened connection', 'text', 'Closed connection']);
  });

  it('example_minimal.py, where nobody answers', async () => {
    printed = [];
    const nobody = await EchoServer.listen();
    await nobody.stop();
    const wscn = new BounceClient(`ws://127.0.0.1:${nobody.port}/`, { reconnect: false });

    wscn.onmessage = (m) => print(m.data);
    wscn.onopen = () => print('Opened connection');
    wscn.onclose = () => print('Closed connection');
    wscn.onerror = () => print('Connection error');

    await sleepWhile(() => !wscn.readyState);

    expect(wscn.readyState).toBe(BounceClient.CLOSED);
    expect(printed).toEqual(['Connection error', 'Closed connection']);
  });

  it('example_class.py', async () => {
    printed = [];

    class WSProtocolLogic extends BounceClient {
      readonly messages: unknown[];

      constructor(url: string) {
        super(url);

        this.messages = [];
      }

      override onopen(): void {
        print('Opened connection');
      }

      override onclose(): void {
        print('Closed connection');
      }

      override onerror(e: { message: string }): void {
        print('Connection error', e.message);
      }

      override onmessage(m: SocketMessageEvent): void {
        this.messages.push(m.data);
      }
    }

    const wscn = new WSProtocolLogic(server.url);

    // The example waits for the connection in its constructor. Here what is sent waits.
    wscn.sendRaw('text');
    await sleepWhile(() => wscn.messages.length === 0);

    print(wscn.messages);

    wscn.close();

    await sleepWhile(() => wscn.readyState !== BounceClient.CLOSED);
    expect(printed).toEqual(['Opened connection', ['text'], 'Closed connection']);
  });
});
