import { type HistoryPosition, type HistoryStore, MemoryHistoryStore } from 'bounce-ws';

const textOf = (envelope: string): string =>
  (JSON.parse(envelope) as { data: { text: string } }).data.text;

/** The store of all nodes, which remembers everything that it ever numbered. */
export class TruthfulStore extends MemoryHistoryStore {
  readonly #texts = new Map<string, string>();

  /** The text of a message. */
  text(room: string, { epoch, offset }: HistoryPosition): string | undefined {
    return this.#texts.get(`${room} ${epoch} ${offset}`);
  }

  override async append(...args: Parameters<HistoryStore['append']>): Promise<HistoryPosition> {
    const position = await super.append(...args);
    const [room, { envelope }] = args;
    this.#texts.set(`${room} ${position.epoch} ${position.offset}`, textOf(envelope));
    return position;
  }
}
