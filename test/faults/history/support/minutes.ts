/** A message as a server sent it. */
export interface Message {
  readonly event: string;
  readonly data: unknown;
  readonly id?: number;
  readonly room?: string;
  readonly offset?: number;
}

/** A place in the log of a room. */
export interface Place {
  readonly room: string;
  readonly epoch: string;
  readonly offset: number;
}

/** Something that was heard. */
export interface Heard {
  /** Who said it, and which of that member's numbers it was. */
  readonly text: string;
  /** Its place in the log; `undefined` for what the log does not have. */
  readonly place: string | undefined;
  readonly at: number;
}

interface Recovery extends Place {
  readonly recovered?: boolean;
}

interface Said {
  readonly room: string;
  readonly from: number;
  readonly n: number;
}

/** What one member of a room hears, taken as PROTOCOL.md says in 8.7 and 8.8. */
export class Minutes {
  readonly heard: Heard[] = [];
  /** When it was told that it may have missed something. */
  readonly warnings: number[] = [];
  /** What a server must not do: leave out an offset, begin a new count without a word, send another room's messages. */
  readonly offences: string[] = [];
  /** How often it got what it had missed. */
  recoveries = 0;
  /** Messages that it had already, which a member drops. */
  repeated = 0;
  #place: Place | undefined;
  #isWaiting = false;

  constructor(private readonly room: string) {}

  /** A connection begins. @returns where the one before it stood */
  begin(): readonly Place[] {
    this.#isWaiting = this.#place !== undefined;
    return this.#place === undefined ? [] : [this.#place];
  }

  /** Takes a `recovery`. */
  recover({ room, epoch, offset, recovered }: Recovery): void {
    const before = this.#place;
    this.#place = { room, epoch, offset };
    const isSame = before?.epoch === epoch && before.offset === offset;
    if (room !== this.room) this.#offend(`a place in ${room}`);
    if (recovered === false) this.warnings.push(performance.now());
    else if (recovered === true && !isSame) this.#offend('recovered from another place');
    else if (before !== undefined && !isSame) this.#offend('another place without a word');
    if (recovered === true) this.recoveries++;
    if (recovered !== undefined) this.#isWaiting = false;
  }

  /** Takes what somebody said. */
  take({ data, room, offset }: Message): void {
    const said = data as Said;
    const text = `${said.from}:${said.n}`;
    if (said.room !== this.room) this.#offend(`${text}, which was for ${said.room}`);
    if (offset === undefined) {
      this.heard.push({ text, place: undefined, at: performance.now() });
      return;
    }
    // Comes again.
    if (this.#isWaiting) return;
    if (room !== this.room || this.#place === undefined) {
      this.#offend(`${text} in ${room} before a place`);
      return;
    }
    const { epoch, offset: last } = this.#place;
    if (offset <= last) {
      this.repeated++;
      return;
    }
    if (offset > last + 1) this.#offend(`${offset} after ${last}`);
    this.#place = { ...this.#place, offset };
    this.heard.push({ text, place: `${epoch} ${offset}`, at: performance.now() });
  }

  #offend(what: string): void {
    this.offences.push(what);
  }
}
