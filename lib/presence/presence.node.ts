import { Inject, Injectable } from '@nestjs/common';
import { BOUNCE_WS_OPTIONS, NODE_ID, PRESENCE_STORE } from '../common/index.js';
import { Clock, ConnectionRegistry } from '../connection/index.js';
import { RoomService } from '../rooms/index.js';
import { PresenceAnnouncer } from './presence.announcer.js';
import { PresenceFeed } from './presence.feed.js';
import type { ResolvedPresenceSettings } from './presence.options.js';
import type { PresenceStore } from './presence-store.interface.js';
import { RoomPresenceFeed } from './room-presence.feed.js';
import { RoomTracker } from './room.tracker.js';
import { trackUsers } from './user.tracker.js';

/** This node's part in presence: what it says of its users, and what it hears of all. */
@Injectable()
export class PresenceNode {
  readonly settings: ResolvedPresenceSettings;
  readonly announcer: PresenceAnnouncer;
  readonly feed: PresenceFeed;
  readonly tracker: RoomTracker;
  readonly roomFeed: RoomPresenceFeed;

  constructor(
    @Inject(PRESENCE_STORE) readonly store: PresenceStore,
    @Inject(NODE_ID) node: string,
    @Inject(BOUNCE_WS_OPTIONS) options: { readonly presence: ResolvedPresenceSettings },
    connections: ConnectionRegistry,
    rooms: RoomService,
    clock: Clock,
  ) {
    const { presence: settings } = options;
    const feed = new PresenceFeed(store);
    const announcer = new PresenceAnnouncer(store, node, settings);
    const roomFeed = new RoomPresenceFeed({ store, announcer, feed, clock, settings });
    this.settings = settings;
    this.announcer = announcer;
    this.feed = feed;
    this.roomFeed = roomFeed;
    this.tracker = new RoomTracker(announcer.book, connections, rooms, (socket, room) =>
      roomFeed.delete(socket, room),
    );
    trackUsers(connections, announcer.book);
    announcer.renewed$.subscribe(({ epoch, seq }) => feed.check(epoch, seq));
    feed.retiring$.subscribe((retiring) => announcer.reapAfter(retiring.node, retiring.graceMs));
  }

  /** To be called once, before clients are let in. */
  start(): void {
    this.announcer.start();
  }

  /** To be called once, when all clients are gone. Its users have the grace to come back on another node. */
  async stop(): Promise<void> {
    this.roomFeed.stop();
    await this.announcer.stop();
    this.feed.complete();
  }
}
