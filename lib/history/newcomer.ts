import type { RecoveryRequest } from './recovery-requests.js';
import type { RoomMessage } from './room-message.js';

/** A socket that is in a room and waits to be told where it stands. What is live meanwhile comes after that. */
export class Newcomer {
  #held: RoomMessage[];
  #isTorn = false;

  /**
   * @param request - what it missed
   * @param held - what it has been waiting for already
   */
  constructor(
    readonly request: RecoveryRequest | undefined,
    held: readonly RoomMessage[] = [],
  ) {
    this.#held = [...held];
  }

  /** Whether the log began anew meanwhile, so that there may be a hole. */
  get isTorn(): boolean {
    return this.#isTorn;
  }

  hold(message: RoomMessage): void {
    this.#held.push(message);
  }

  /** What was held, but for what has a number up to `offset`. */
  heldAfter(offset: number): RoomMessage[] {
    return this.#held.filter((message) => message.offset === undefined || message.offset > offset);
  }

  /** What the offset was before the first message that was held; `undefined` when none with a number was. */
  get heldSince(): number | undefined {
    const first = this.#held.find(({ offset }) => offset !== undefined)?.offset;
    return first === undefined ? undefined : first - 1;
  }

  /** The numbers of what was held mean nothing any more. */
  tear(): void {
    this.#isTorn = true;
    this.#held = this.#held.filter(({ offset }) => offset === undefined);
  }
}
