import { Inject, Injectable } from '@nestjs/common';
import { BOUNCE_WS_OPTIONS, ConfigurationError } from '../common/index.js';
import type { BounceSocket } from '../connection/index.js';
import { assertRoomName, type ServerMessage } from '../protocol/index.js';
import type { ResolvedHistoryOptions } from './history.options.js';
import { isLeftOut } from './is-left-out.js';
import { readLimit } from './read-hello.js';
import { RoomLogs } from './room-logs.js';

/** Which messages {@link HistoryService.list} returns. */
export interface HistoryListOptions {
  /** How many messages at most; more than `history.maxRecovered` are not returned. @default `history.maxRecovered` */
  readonly limit?: number;
  /** For whom: messages that leave this socket out are left out. @default everybody */
  readonly for?: BounceSocket<object>;
}

/** A message that a room had. */
export interface HistoryMessage {
  readonly event: string;
  readonly data: unknown;
  /** When it was sent, as it stood on the wire. */
  readonly timestamp: string;
  /** Its number in the room. */
  readonly offset: number;
}

/** What was said in rooms with history. Clients that come back get what they missed without it: docs/history.md. */
@Injectable()
export class HistoryService {
  constructor(
    private readonly logs: RoomLogs,
    @Inject(BOUNCE_WS_OPTIONS) private readonly options: ResolvedHistoryOptions,
  ) {}

  /**
   * The latest messages of a room, the oldest of them first; none of a room without history.
   *
   * @throws BounceWsError `invalid_payload` for a limit that is no whole number from 1 and for a name that is none, since
   *   both mostly come from clients; `unavailable` while the engine cannot be reached
   * @throws ConfigurationError when history is off
   */
  async list(room: string, options: HistoryListOptions = {}): Promise<HistoryMessage[]> {
    const { history } = this.options;
    if (history === false) {
      throw new ConfigurationError('History is off: BounceWsModule.forRoot({ history: true })');
    }
    assertRoomName(room);
    const { maxRecovered } = history;
    const { limit = maxRecovered, for: socket } = options;
    const count = readLimit(limit, maxRecovered);
    if (!this.logs.has(room)) return [];
    const { entries } = await this.logs.store.readLatest(room, count, history);
    return entries
      .filter(({ except }) => socket === undefined || !isLeftOut(socket, except))
      .map(({ envelope, offset }) => {
        const { event, data, timestamp } = JSON.parse(envelope) as ServerMessage;
        return { event, data, timestamp, offset };
      });
  }
}
