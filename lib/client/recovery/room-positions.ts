/** Up to where a client has the messages of a room. */
export interface RoomPosition {
  /** Names the count: an offset means nothing in another one. */
  readonly epoch: string;
  readonly offset: number;
  /** Whether the server was asked, on this connection, for what came after it, and has not said yet. */
  readonly isAsked: boolean;
}

/** A position as `hello` tells it. */
export interface NamedPosition extends Pick<RoomPosition, 'epoch' | 'offset'> {
  readonly room: string;
}

// The server takes no more rooms in one `hello`.
const MAX_ROOMS = 128;

/** The positions of the rooms that were used last. */
export class RoomPositions {
  // The one that was set last is the last.
  readonly #positions = new Map<string, RoomPosition>();

  get(room: string): RoomPosition | undefined {
    return this.#positions.get(room);
  }

  set(room: string, position: RoomPosition): void {
    this.#positions.delete(room);
    this.#positions.set(room, position);
    if (this.#positions.size <= MAX_ROOMS) return;
    const [oldest] = this.#positions.keys();
    this.#positions.delete(oldest!);
  }

  /** Takes it that the server is asked about all of them. @returns What to ask with */
  ask(): readonly NamedPosition[] {
    return [...this.#positions].map(([room, { epoch, offset }]) => {
      this.#positions.set(room, { epoch, offset, isAsked: true });
      return { room, epoch, offset };
    });
  }

  clear(): void {
    this.#positions.clear();
  }
}
