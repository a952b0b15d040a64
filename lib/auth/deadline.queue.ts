/** Longest wait at a stretch: a timer cannot wait longer than 24.8 days, and the clock may be set meanwhile. */
const LONGEST_WAIT_MS = 60_000;

/** A moment at which something is due. */
export interface Deadline<T> {
  /** In milliseconds since 1970. */
  readonly atMs: number;
  readonly item: T;
  /** Where it is in the heap; -1 once it is out. @internal */
  index: number;
}

/** Says when things are due: a binary heap and one timer, however many there are and however far away they are. */
export class DeadlineQueue<T> {
  readonly #heap: Deadline<T>[] = [];
  #timer: NodeJS.Timeout | undefined;

  constructor(private readonly onDue: (item: T) => void) {}

  /** How many deadlines are ahead. */
  get size(): number {
    return this.#heap.length;
  }

  /** Adds one; `Infinity` never comes. */
  add(atMs: number, item: T): Deadline<T> {
    const deadline: Deadline<T> = { atMs, item, index: this.#heap.length };
    this.#heap.push(deadline);
    this.#rise(deadline);
    if (this.#heap[0] === deadline) this.#schedule();
    return deadline;
  }

  /** Takes one out. One that was due already is out. */
  remove(deadline: Deadline<T>): void {
    const { index } = deadline;
    if (index === -1) return;
    deadline.index = -1;
    const last = this.#heap.pop()!;
    if (last !== deadline) {
      this.#place(last, index);
      this.#rise(last);
      this.#sink(last);
    }
    if (index === 0) this.#schedule();
  }

  /** Forgets everything. */
  clear(): void {
    for (const deadline of this.#heap) deadline.index = -1;
    this.#heap.length = 0;
    this.#schedule();
  }

  #schedule(): void {
    clearTimeout(this.#timer);
    const next = this.#heap[0];
    if (next === undefined) {
      this.#timer = undefined;
      return;
    }
    const waitMs = Math.min(Math.max(next.atMs - Date.now(), 0), LONGEST_WAIT_MS);
    // unref: what is due are ends of connections, and those keep a server alive themselves.
    this.#timer = setTimeout(() => this.#run(), waitMs).unref();
  }

  #run(): void {
    const now = Date.now();
    for (let next = this.#heap[0]; next !== undefined && next.atMs <= now; next = this.#heap[0]) {
      this.remove(next);
      this.onDue(next.item);
    }
    this.#schedule();
  }

  #rise(deadline: Deadline<T>): void {
    while (deadline.index > 0) {
      const parentIndex = (deadline.index - 1) >> 1;
      const parent = this.#heap[parentIndex]!;
      if (parent.atMs <= deadline.atMs) return;
      this.#place(parent, deadline.index);
      this.#place(deadline, parentIndex);
    }
  }

  #sink(deadline: Deadline<T>): void {
    for (;;) {
      const left = this.#heap[2 * deadline.index + 1];
      const right = this.#heap[2 * deadline.index + 2];
      const child =
        right !== undefined && left !== undefined && right.atMs < left.atMs ? right : left;
      if (child === undefined || child.atMs >= deadline.atMs) return;
      const { index } = child;
      this.#place(child, deadline.index);
      this.#place(deadline, index);
    }
  }

  #place(deadline: Deadline<T>, index: number): void {
    this.#heap[index] = deadline;
    deadline.index = index;
  }
}
