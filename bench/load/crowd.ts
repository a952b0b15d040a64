import { setTimeout as wait } from 'node:timers/promises';
import { Connection } from './connection.js';
import { clientFrame } from './frames.js';
import type { ConnectSettings } from './load-calls.interface.js';
import { type Message, type Wire, WIRES, withPath } from './wire.js';

/** Handshakes under way at the same time; more would only queue at the server. */
const PARALLEL = 32;
const POLL_MS = 20;
const PATIENCE_MS = 10_000;

/** All connections of one run. */
export class Crowd {
  readonly connections: Connection[] = [];
  #wire: Wire | undefined;

  /** How to talk to the server. @throws Error before {@link open} */
  get wire(): Wire {
    if (this.#wire === undefined) throw new Error('Connect first');
    return this.#wire;
  }

  /** Messages that came on all connections. */
  get received(): number {
    return this.connections.reduce((sum, { received }) => sum + received, 0);
  }

  async open({ protocol, port, connections, path }: ConnectSettings): Promise<void> {
    const wire = WIRES[protocol];
    this.#wire = wire;
    const open = this.connections.length;
    await inParallel(connections, async (index) => {
      this.connections.push(await Connection.open(withPath(wire, path, open + index), port));
    });
  }

  /** Lets every connection send some messages, each after the answer to the one before. */
  async exchange(messagesFor: (index: number) => readonly Message[]): Promise<void> {
    const { connections, wire } = this;
    // The first one goes first, so that servers send to it first.
    const talk = async (index: number): Promise<void> => {
      for (const message of messagesFor(index)) {
        await connections[index]!.exchange(clientFrame(wire.encode(message)));
      }
    };
    await talk(0);
    await inParallel(connections.length - 1, (index) => talk(index + 1));
  }

  /** Waits until so many messages came altogether. @throws Error when there are fewer or more in the end */
  async waitForTotal(messages: number): Promise<void> {
    const deadline = performance.now() + PATIENCE_MS;
    while (this.received < messages && performance.now() < deadline) await wait(POLL_MS);
    if (this.received === messages) return;
    throw new Error(`${this.received} messages came, not ${messages}`);
  }
}

async function inParallel(count: number, task: (index: number) => Promise<void>): Promise<void> {
  let next = 0;
  const work = async (): Promise<void> => {
    while (next < count) await task(next++);
  };
  await Promise.all(Array.from({ length: PARALLEL }, () => work()));
}
