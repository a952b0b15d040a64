import { Inject, Injectable } from '@nestjs/common';
import { ENGINE } from '../common/index.js';
import { RoomLogs } from '../history/index.js';
import { PresenceNode } from '../presence/index.js';
import type { Engine } from './engine.interface.js';

/** This process as one of the cluster's nodes: the engine, and what runs on it. */
@Injectable()
export class ClusterNode {
  constructor(
    @Inject(ENGINE) private readonly engine: Engine,
    private readonly presence: PresenceNode,
    private readonly history: RoomLogs,
  ) {}

  /** Enters the cluster. To be called once, before clients are let in. */
  async start(): Promise<void> {
    await this.engine.start();
    this.presence.start();
    this.history.start();
    // From here on the users of a node that stops may come to this one.
    await this.presence.announcer.settled();
  }

  /**
   * Leaves the cluster. To be called once, when all clients are gone.
   *
   * @param withinMs what is left of the time for the shutdown
   */
  async stop(withinMs: number): Promise<void> {
    await Promise.all([this.presence.stop(withinMs), this.history.stop(withinMs)]);
    await this.engine.stop();
  }
}
