import { setImmediate as turn } from 'node:timers/promises';
import { MemoryBus } from 'bounce-ws';
import { vi } from 'vitest';
import { HistoryClient } from './client.js';
import { type Chance, HistoryNode } from './node.js';
import { CLIENTS, NODES, type Schedule, type Step } from './step.js';
import { TruthfulStore } from './truth.js';

const HOLE_MS = 100;
const COMPARE_MS = 10_000;
const ENOUGH_TURNS = 12;

const roomOf = (room: number): string => `room-${room}`;

/** Three nodes with real logs, a network that loses and delays, and clients that hold what they hear against the truth. */
export class HistoryModel {
  readonly #truth = new TruthfulStore();
  readonly #nodes: readonly HistoryNode[];
  readonly #clients: readonly HistoryClient[];
  readonly #tasks: Promise<void>[] = [];
  #isCalm = false;
  #carried = 0;
  #asked = 0;
  #said = 0;

  constructor(private readonly schedule: Schedule) {
    const bus = new MemoryBus();
    const chance: Chance = {
      delay: () => this.#delay(),
      carry: (arrive) => this.#carry(arrive),
    };
    this.#nodes = Array.from(
      { length: NODES },
      (_value, index) => new HistoryNode(`node-${index}`, bus, this.#truth, chance),
    );
    this.#clients = Array.from({ length: CLIENTS }, (_value, index) => {
      const client = new HistoryClient(`client-${index}`, this.#truth);
      client.connect(this.#nodes[index % NODES]!);
      return client;
    });
  }

  /** Plays the schedule, and then waits until everything has come to rest. */
  async run(): Promise<void> {
    await Promise.all(this.schedule.steps.map((step) => this.#run(step)));
    this.#isCalm = true;
    for (const { store } of this.#nodes) store.find();
    await this.#rest();
    for (const client of this.#clients) {
      this.#tasks.push(client.comeBack(client.node ?? this.#nodes[0]!, true));
    }
    await this.#rest();
  }

  check(): void {
    for (const client of this.#clients) client.check();
  }

  /** Everybody goes. @returns how many timers there are then */
  async end(): Promise<number> {
    for (const client of this.#clients) client.close();
    await Promise.all(this.#tasks);
    for (const { logs } of this.#nodes) await logs.stop(10_000);
    return vi.getTimerCount();
  }

  async #run({
    action,
    client: index,
    node,
    room: number,
    microtasks,
    turns,
  }: Step): Promise<void> {
    for (let count = 0; count < turns; count++) await turn();
    for (let count = 0; count < microtasks; count++) await Promise.resolve();
    const client = this.#clients[index]!;
    const room = roomOf(number);
    switch (action) {
      case 'enter':
        if (client.socket === undefined) client.connect(this.#nodes[node]!);
        this.#tasks.push(client.enter(room));
        return;
      case 'leave':
        this.#tasks.push(client.leave(room));
        return;
      case 'out and in':
        this.#tasks.push(client.outAndIn(room));
        return;
      case 'close':
        return client.close();
      case 'come back':
        this.#tasks.push(client.comeBack(this.#nodes[node]!, number === 0));
        return;
      case 'say':
        return this.#say(index, this.#nodes[node]!, room);
      case 'lose the store':
        return this.#nodes[node]!.store.lose();
      case 'lose an answer':
        return this.#nodes[node]!.store.loseAnswer();
      case 'find the store':
        return this.#nodes[node]!.store.find();
      case 'break off':
        return this.#breakOff(room);
      case 'wait for a hole':
        vi.advanceTimersByTime(HOLE_MS);
    }
  }

  #say(index: number, node: HistoryNode, room: string): void {
    const text = `${this.#said++} by client-${index}`;
    const speaker = this.#clients[index]!;
    for (const client of this.#clients) if (client !== speaker) client.owes(room, text);
    node.say(room, text, speaker.socket?.id ?? 'nobody');
  }

  /** As another node does that has said something without a number, which is nobody's here. */
  async #breakOff(room: string): Promise<void> {
    const [head] = await this.#truth.heads([room]);
    if (head !== undefined) await this.#truth.breakOff(room, head.epoch);
  }

  async #rest(): Promise<void> {
    for (const waitMs of [0, HOLE_MS, COMPARE_MS, HOLE_MS, COMPARE_MS, HOLE_MS]) {
      vi.advanceTimersByTime(waitMs);
      for (let count = 0; count < ENOUGH_TURNS; count++) await turn();
    }
    await Promise.all(this.#tasks);
  }

  #delay(): number {
    const { delays } = this.schedule;
    return this.#isCalm ? 0 : (delays[this.#asked++ % delays.length] ?? 0);
  }

  #carry(arrive: () => void): void {
    const { fates } = this.schedule;
    const fate = this.#isCalm ? 'arrives' : fates[this.#carried++ % fates.length];
    if (fate === 'is lost') return;
    if (fate === 'is late') setImmediate(() => setImmediate(arrive));
    else arrive();
  }
}
