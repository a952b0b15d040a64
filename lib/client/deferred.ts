/** A promise with its two ends, and quiet when nobody looks at it: a rejection it gets is no unhandled one. */
export class Deferred<TValue> {
  resolve!: (value: TValue) => void;
  reject!: (error: unknown) => void;
  readonly promise = new Promise<TValue>((resolve, reject) => {
    this.resolve = resolve;
    this.reject = reject;
  });

  constructor() {
    this.promise.catch(() => undefined);
  }
}
