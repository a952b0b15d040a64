import { Inject, Injectable } from '@nestjs/common';
import { ENGINE } from '../common/index.js';
import type { Engine } from '../engine/index.js';
import { Admission } from './admission.js';
import type { NodeState } from './node-state.js';
import { UpgradeHandler } from './upgrade.handler.js';

/** What {@link BounceWsHealth.report} says; plain JSON. */
export interface HealthReport {
  readonly ready: boolean;
  readonly state: NodeState;
  /** How many clients are connected to this node. */
  readonly connections: number;
  /** Why it is not ready although it runs: it does not reach the other nodes. */
  readonly reason?: string;
}

/**
 * Whether this node takes connections, for a readiness probe: a load balancer should send clients only to nodes that
 * are ready. It is not ready before the app is bootstrapped, from the beginning of its shutdown on, and while its engine
 * does not reach the other nodes; the clients it has go on talking to each other then.
 *
 * @example
 * @Get('ready') ready() {
 *   if (!this.health.isReady()) throw new ServiceUnavailableException(this.health.report());
 *   return this.health.report();
 * }
 */
@Injectable()
export class BounceWsHealth {
  constructor(
    private readonly upgrades: UpgradeHandler,
    private readonly admission: Admission,
    @Inject(ENGINE) private readonly engine: Pick<Engine, 'health'>,
  ) {}

  /** Whether clients should be sent here. */
  isReady(): boolean {
    return this.upgrades.state === 'ready' && this.engine.health.isReady;
  }

  /** The same with what it is made of. */
  report(): HealthReport {
    const { state } = this.upgrades;
    const { reason } = this.engine.health;
    return {
      ready: this.isReady(),
      state,
      connections: this.admission.total,
      ...(reason === undefined ? {} : { reason }),
    };
  }
}
