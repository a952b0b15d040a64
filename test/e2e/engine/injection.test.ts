import { Controller, Get, Inject } from '@nestjs/common';
import { ENGINE, type Engine, memoryEngine } from 'bounce-ws';
import { expect, it } from 'vitest';
import { useApps } from '../../support/use-apps.js';

const start = useApps();

it('an app gets its engine under the token ENGINE', async () => {
  @Controller('cluster')
  class ClusterController {
    constructor(@Inject(ENGINE) private readonly engine: Engine) {}

    @Get()
    health(): Engine['health'] {
      return this.engine.health;
    }
  }

  const engine = memoryEngine();
  const { port } = await start({ options: { engine }, controllers: [ClusterController] });
  const answer = await fetch(`http://127.0.0.1:${port}/cluster`);
  expect(await answer.json()).toEqual(JSON.parse(JSON.stringify(engine.health)));
});
