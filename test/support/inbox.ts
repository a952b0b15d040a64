/** Hands out what arrives, in order, to whoever asks, now or later. */
export class Inbox<TItem> {
  readonly #items: TItem[] = [];
  readonly #takers: ((item: TItem) => void)[] = [];

  put(item: TItem): void {
    const taker = this.#takers.shift();
    if (taker === undefined) this.#items.push(item);
    else taker(item);
  }

  take(): Promise<TItem> {
    const item = this.#items.shift();
    if (item !== undefined) return Promise.resolve(item);
    return new Promise((resolve) => {
      this.#takers.push(resolve);
    });
  }

  get waiting(): readonly TItem[] {
    return this.#items;
  }
}
