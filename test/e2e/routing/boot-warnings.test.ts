import { OnEvent as OnEmitterEvent } from '@nestjs/event-emitter';
import { Injectable } from '@nestjs/common';
import { MessageBody, SubscribeMessage, WebSocketGateway } from '@nestjs/websockets';
import { BounceSocket, OnEvent, Payload } from 'bounce-ws';
import { describe, expect, it } from 'vitest';
import { useApps } from '../../support/use-apps.js';

const start = useApps();

async function warningsOf(...providers: (new () => object)[]): Promise<string[]> {
  const { log } = await start({ providers });
  return log.warnings;
}

describe('parameter names that look minified', () => {
  it('are warned of, naming class, method and the way out', async () => {
    @WebSocketGateway()
    class MinifiedGateway {
      @OnEvent('say')
      say(e: BounceSocket, t: string, n: string) {
        return [e.id, t, n];
      }
    }
    const warnings = await warningsOf(MinifiedGateway);
    expect(warnings).toHaveLength(1);
    expect(warnings[0]).toContain('MinifiedGateway.say');
    expect(warnings[0]).toContain('@Payload(');
  });

  it('are warned of in alphabetical order too', async () => {
    @WebSocketGateway()
    class AlphabeticGateway {
      @OnEvent('say')
      say(a: BounceSocket, b: string) {
        return [a.id, b];
      }
    }
    expect((await warningsOf(AlphabeticGateway)).join('\n')).toContain('AlphabeticGateway.say');
  });

  it('are no matter where nothing is bound by its name', async () => {
    @WebSocketGateway()
    class DecoratedGateway {
      @OnEvent('say')
      say(e: BounceSocket, @Payload('text') t: string, @Payload() n: object) {
        return [e.id, t, n];
      }

      @SubscribeMessage('natively')
      natively(@MessageBody() e: string) {
        return e;
      }

      @SubscribeMessage('by-position')
      byPosition(e: BounceSocket, t: string) {
        return [e.id, t];
      }
    }
    expect(await warningsOf(DecoratedGateway)).toEqual([]);
  });

  it('are not seen in short names that people write', async () => {
    @WebSocketGateway()
    class ReadableGateway {
      @OnEvent('move')
      move(_client: BounceSocket, x: number, y: number) {
        return [x, y];
      }

      @OnEvent('pair')
      pair(client: BounceSocket, a: number, b: number) {
        return [client.id, a, b];
      }

      @OnEvent('leave')
      leave(c: BounceSocket) {
        return c.id;
      }

      @OnEvent('page')
      page(_: BounceSocket, id: string, n = 1) {
        return [id, n];
      }
    }
    expect(await warningsOf(ReadableGateway)).toEqual([]);
  });
});

describe('the OnEvent of @nestjs/event-emitter', () => {
  it('on a method of a gateway is warned of, naming class, method and OnWsEvent', async () => {
    @WebSocketGateway()
    class MixedUpGateway {
      @OnEmitterEvent('say')
      say() {}
    }
    const warnings = await warningsOf(MixedUpGateway);
    expect(warnings).toHaveLength(1);
    expect(warnings[0]).toContain('MixedUpGateway.say');
    expect(warnings[0]).toContain('OnWsEvent');
  });

  it('is at home in any other class', async () => {
    @Injectable()
    class Listener {
      @OnEmitterEvent('say')
      say() {}
    }
    expect(await warningsOf(Listener)).toEqual([]);
  });
});

describe('an app in which all is well', () => {
  it('is warned of nothing', async () => {
    @WebSocketGateway()
    class FineGateway {
      @OnEvent('say')
      say(_client: BounceSocket, text: string, channel = 'general') {
        return [text, channel];
      }
    }
    const { log } = await start({ providers: [FineGateway] });
    expect(log.warnings).toEqual([]);
    expect(log.errors).toEqual([]);
  });
});

describe('an option of @WebSocketGateway() that has no effect', () => {
  it('is named, since a check that an app relies on may be among them', async () => {
    @WebSocketGateway({ path: '/chat', verifyClient: () => false })
    class CheckedGateway {}

    const { log } = await start({ providers: [CheckedGateway] });
    expect(log.warnings.join()).toContain('verifyClient');
  });
});
