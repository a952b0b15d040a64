import { Controller, Get, Header, Inject } from '@nestjs/common';
import { BounceWsHealth, ENGINE, type Engine } from 'bounce-ws';

/** Tells a monitor what goes on, in the text format of Prometheus. */
@Controller('metrics')
export class MetricsController {
  constructor(
    private readonly health: BounceWsHealth,
    @Inject(ENGINE) private readonly engine: Engine,
  ) {}

  @Get()
  @Header('Content-Type', 'text/plain; version=0.0.4; charset=utf-8')
  metrics(): string {
    const { ready, connections } = this.health.report();
    const { counters } = this.engine.health;
    const lines = [
      '# TYPE bounce_ws_ready gauge',
      `bounce_ws_ready ${Number(ready)}`,
      '# TYPE bounce_ws_connections gauge',
      `bounce_ws_connections ${connections}`,
      '# TYPE bounce_ws_cluster_messages_total counter',
      ...Object.entries(counters).map(
        ([name, count]) => `bounce_ws_cluster_messages_total{outcome="${name}"} ${count}`,
      ),
    ];
    return `${lines.join('\n')}\n`;
  }
}
