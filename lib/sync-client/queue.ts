/** First in, first out. `Array.shift` moves everything that is behind, which a long queue cannot afford. */
export class Queue<TItem> {
  readonly #items: TItem[] = [];
  #head = 0;

  get length(): number {
    return this.#items.length - this.#head;
  }

  push(item: TItem): void {
    this.#items.push(item);
  }

  shift(): TItem | undefined {
    const item = this.#items[this.#head];
    if (item === undefined) return undefined;
    this.#head += 1;
    // Now and then, so that moving the rest costs each item a constant.
    if (this.#head * 2 >= this.#items.length) {
      this.#items.splice(0, this.#head);
      this.#head = 0;
    }
    return item;
  }
}
