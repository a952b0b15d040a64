import { Inject, Injectable } from '@nestjs/common';
import { BOUNCE_WS_OPTIONS, NODE_ID, PRESENCE_STORE } from '../common/index.js';
import { Clock, ConnectionRegistry } from '../connection/index.js';
import { RoomService } from '../rooms/index.js';
import { OnlineRoster } from './online-roster.js';
import { PresenceAnnouncer } from './presence.announcer.js';
import { PresenceFeed } from './presence.feed.js';
import type { ResolvedPresenceSettings } from './presence.options.js';
import type { PresencePosition, PresenceStore } from './presence-store.interface.js';
import { RoomPresenceFeed } from './room-presence.feed.js';
import { RoomTracker } from './room.tracker.js';
import { trackUsers } from './user.tracker.js';

/** This node's part in presence: what it says of its users, and what it hears of all. */
@Injectable()
export class PresenceNode {
  readonly settings: ResolvedPresenceSettings;
  readonly announcer: PresenceAnnouncer;
  readonly roster: OnlineRoster;
  readonly tracker: RoomTracker;
  readonly roomFeed: RoomPresenceFeed;
  readonly #feed: PresenceFeed;

  constructor(
    @Inject(PRESENCE_STORE) readonly store: PresenceStore,
    @Inject(NODE_ID) node: string,
    @Inject(BOUNCE_WS_OPTIONS) options: { readonly presence: ResolvedPresenceSettings },
    connections: ConnectionRegistry,
    rooms: RoomService,
    clock: Clock,
  ) {
    const { presence: settings } = options;
    const feed = new PresenceFeed(store, settings.leaseMs);
    const roster = new OnlineRoster(store, feed);
    const announcer = new PresenceAnnouncer(store, node, settings);
    const roomFeed = new RoomPresenceFeed({ store, feed, clock, settings });
    this.settings = settings;
    this.announcer = announcer;
    this.#feed = feed;
    this.roster = roster;
    this.roomFeed = roomFeed;
    this.tracker = new RoomTracker(announcer.book, connections, rooms, (socket, room) =>
      roomFeed.delete(socket, room),
    );
    trackUsers(connections, announcer.book);
    feed.events$.subscribe(({ retiring }) => {
      if (retiring !== undefined) announcer.reapAfter(retiring.node, retiring.graceMs);
    });
    const compare = (position: PresencePosition): void => {
      feed.check(position);
      roster.retry();
      roomFeed.retry();
    };
    announcer.restored$.subscribe(compare);
    announcer.renewed$.subscribe(compare);
  }

  /** To be called once, before clients are let in. */
  start(): void {
    this.announcer.start();
  }

  /**
   * To be called once, when all clients are gone. Its users have the grace to come back on another node.
   *
   * @param withinMs how long it may take to announce what changed last
   */
  async stop(withinMs: number): Promise<void> {
    this.roomFeed.stop();
    await this.announcer.stop(withinMs);
    this.#feed.stop();
    this.roster.stop();
  }
}
