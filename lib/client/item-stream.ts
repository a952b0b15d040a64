import { Deferred } from './deferred.js';

/** The items of a stream between their arrival and the loop that reads them. */
export class ItemStream<TItem> implements AsyncIterableIterator<TItem, undefined> {
  readonly #items: TItem[] = [];
  readonly #readers: Deferred<IteratorResult<TItem, undefined>>[] = [];
  #end: { readonly error?: unknown } | undefined;

  /** @param onReturn called when the reader leaves before the end */
  constructor(private readonly onReturn: () => void) {}

  push(item: TItem): void {
    const reader = this.#readers.shift();
    if (reader === undefined) this.#items.push(item);
    else reader.resolve({ value: item, done: false });
  }

  /** Ends the stream, with an error if there is one; what has arrived can still be read. */
  end(end: { readonly error?: unknown }): void {
    this.#end ??= end;
    for (const { resolve, reject } of this.#readers.splice(0)) {
      void this.next().then(resolve, reject);
    }
  }

  next(): Promise<IteratorResult<TItem, undefined>> {
    const reader = new Deferred<IteratorResult<TItem, undefined>>();
    if (this.#items.length > 0) reader.resolve({ value: this.#items.shift()!, done: false });
    else if (this.#end === undefined) this.#readers.push(reader);
    else if ('error' in this.#end) {
      reader.reject(this.#end.error);
      // An iterator throws once and is done from then on.
      this.#end = {};
    } else reader.resolve({ value: undefined, done: true });
    return reader.promise;
  }

  return(): Promise<IteratorResult<TItem, undefined>> {
    if (this.#end === undefined) this.onReturn();
    this.#items.length = 0;
    this.end({});
    return Promise.resolve({ value: undefined, done: true });
  }

  [Symbol.asyncIterator](): this {
    return this;
  }
}
