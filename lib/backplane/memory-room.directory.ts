import type { MemoryBus } from './memory-bus.js';
import type { LocalRooms, RoomDirectory } from './room-directory.interface.js';

const DONE = Promise.resolve();
const NO_ROOMS: LocalRooms = { list: () => [] };

/** Looks into the rooms of the other nodes on a {@link MemoryBus}; alone, into none. */
export class MemoryRoomDirectory implements RoomDirectory {
  #local = NO_ROOMS;

  constructor(
    private readonly nodeId: string,
    private readonly bus: MemoryBus | undefined,
  ) {}

  /** The rooms of this node. @internal */
  get local(): LocalRooms {
    return this.#local;
  }

  serve(local: LocalRooms): void {
    this.#local = local;
  }

  joined(): Promise<void> {
    return DONE;
  }

  left(): Promise<void> {
    return DONE;
  }

  async members(room: string): Promise<string[]> {
    return this.#elsewhere()
      .filter(([name]) => name === room)
      .flatMap(([, socketIds]) => [...socketIds]);
  }

  async count(room: string): Promise<number> {
    return (await this.members(room)).length;
  }

  async rooms(): Promise<string[]> {
    return this.#elsewhere().map(([name]) => name);
  }

  #elsewhere(): (readonly [string, Iterable<string>])[] {
    return (this.bus?.others(this.nodeId) ?? []).flatMap(({ localRooms }) => [
      ...localRooms.list(),
    ]);
  }
}
