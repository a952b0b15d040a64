import { Injectable } from '@nestjs/common';
import { BroadcastService, PresenceService } from 'bounce-ws';

/** Tells the pages of this node who comes and goes, on whichever node they do. */
@Injectable()
export class PresenceAnnouncer {
  constructor(presence: PresenceService, broadcast: BroadcastService) {
    presence.changes$.subscribe((change) => {
      broadcast.toAll().local().emit('presence', change);
    });
  }
}
