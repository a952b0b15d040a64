import { Controller, Injectable, Scope } from '@nestjs/common';
import { Ack, SubscribeMessage, WebSocketGateway } from '@nestjs/websockets';
import {
  AbstractHandler,
  type BounceSocket,
  BounceWsModule,
  Client,
  ConfigurationError,
  OnEvent,
  Payload,
} from 'bounce-ws';
import { IsString } from 'class-validator';
import { describe, expect, it } from 'vitest';
import type { AppSetup } from '../../support/start-app.js';
import { useApps } from '../../support/use-apps.js';
import { WsPeer } from '../../support/ws-peer.js';

const start = useApps();

/** Why an app does not start. */
async function failure(setup: AppSetup): Promise<string> {
  const error = await start(setup).then(
    () => undefined,
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(ConfigurationError);
  return (error as ConfigurationError).message;
}

@WebSocketGateway()
class ChatGateway {
  @OnEvent('say')
  say() {}
}

@WebSocketGateway()
class OtherGateway {
  @OnEvent(['shout', 'say'])
  shout() {}
}

@WebSocketGateway()
class NativeGateway {
  @SubscribeMessage('say')
  speak() {}
}

@WebSocketGateway({ path: '/other' })
class ElsewhereGateway {
  @OnEvent('say')
  say() {
    return 'elsewhere';
  }
}

@WebSocketGateway({ path: '/' })
class SamePathGateway {
  @OnEvent('say')
  say() {}
}

@Injectable()
class SayHandler extends AbstractHandler {
  readonly event = 'say';

  handle() {}
}

@WebSocketGateway()
class TwiceGateway {
  @OnEvent('twice')
  first() {}

  @OnEvent('twice')
  second() {}
}

describe('two handlers of one event stop the app, and both are named', () => {
  it.each([
    ['in two gateways', [ChatGateway, OtherGateway], ['ChatGateway.say', 'OtherGateway.shout']],
    ['of two decorators', [ChatGateway, NativeGateway], ['ChatGateway.say', 'NativeGateway.speak']],
    ['in a handler class', [ChatGateway, SayHandler], ['ChatGateway.say', 'SayHandler']],
    ['in one gateway', [TwiceGateway], ['TwiceGateway.first', 'TwiceGateway.second']],
    ['on one path', [ChatGateway, SamePathGateway], ['ChatGateway.say', 'SamePathGateway.say']],
  ])('%s', async (_where, providers, names) => {
    const message = await failure({ providers });
    for (const name of names) expect(message).toContain(name);
    expect(message).toMatch(/"(say|twice)"/);
  });

  it('but not on two paths', async () => {
    const { url } = await start({ providers: [ChatGateway, ElsewhereGateway] });
    const peer = await WsPeer.connect(`${url}/other`);
    expect((await peer.request('say')).data).toBe('elsewhere');
    expect((await (await WsPeer.connect(url)).request('say')).data).toBe(null);
  });

  it('but not for connect and disconnect', async () => {
    @WebSocketGateway()
    class HooksGateway {
      @OnEvent('connect') first() {}
      @OnEvent('connect') second() {}
      @OnEvent('disconnect') third() {}
      @OnEvent('disconnect') fourth() {}
    }
    await expect(start({ providers: [HooksGateway] })).resolves.toBeDefined();
  });
});

/** A gateway whose handler has this event. */
function gatewayFor(event: string | string[]) {
  @WebSocketGateway()
  class NamingGateway {
    @OnEvent(event)
    handle() {}
  }
  return NamingGateway;
}

describe('a reserved name stops the app, and class, method and name are in the message', () => {
  it.each([
    'subscribe',
    'unsubscribe',
    'authenticate',
    'hello',
    'ack',
    'cancel',
    'error',
    'pong',
    'eval_js',
    'presence_state',
    'presence_diff',
  ])('%s', async (event) => {
    const message = await failure({ providers: [gatewayFor(event)] });
    expect(message).toContain('NamingGateway.handle');
    expect(message).toContain(`"${event}"`);
  });

  it('also as one of several, of @SubscribeMessage, and of a handler class', async () => {
    @WebSocketGateway()
    class NativeErrorGateway {
      @SubscribeMessage('error')
      onError() {}
    }
    @Injectable()
    class HelloHandler extends AbstractHandler {
      readonly event = 'hello';
      handle() {}
    }
    expect(await failure({ providers: [gatewayFor(['fine', 'ack'])] })).toContain('"ack"');
    expect(await failure({ providers: [NativeErrorGateway] })).toContain(
      'NativeErrorGateway.onError',
    );
    expect(await failure({ providers: [HelloHandler] })).toContain('HelloHandler');
  });

  it('except ping, which the app may take over', async () => {
    const { url } = await start({ providers: [gatewayFor('ping')] });
    const peer = await WsPeer.connect(url);
    expect(await peer.request('ping', { a: 1 })).toMatchObject({ event: 'ack', data: null });
  });
});

describe('what is no event name stops the app, and class and method are in the message', () => {
  it.each([
    ['the empty string', ''],
    ['129 characters', 'x'.repeat(129)],
    ['a line break', 'a\nb'],
    ['a DEL', 'a\u007fb'],
    ['half a character', 'a\ud800'],
    ['a number', 7 as never],
    ['nothing', undefined as never],
  ])('%s', async (_what, event: string) => {
    // A wrong argument must be told at boot, with the place, and not by a TypeError from inside.
    const message = await failure({ providers: [gatewayFor([event])] });
    expect(message).toContain('NamingGateway.handle');
  });

  it('no event at all', async () => {
    expect(await failure({ providers: [gatewayFor([])] })).toContain('NamingGateway.handle');
  });

  it('the object that other transports take for a pattern', async () => {
    @WebSocketGateway()
    class PatternGateway {
      @SubscribeMessage({ cmd: 'say' })
      say() {}
    }
    expect(await failure({ providers: [PatternGateway] })).toContain('PatternGateway.say');
  });

  it('but not what only looks odd', async () => {
    const events = ['x'.repeat(128), 'with space', 'ünïcödé', '😀', 'a.b:c/d', '*'];
    await expect(start({ providers: [gatewayFor(events)] })).resolves.toBeDefined();
  });
});

describe('a parameter that has no name stops the app, and class and method are in the message', () => {
  it('an object taken apart', async () => {
    @WebSocketGateway()
    class ObjectGateway {
      @OnEvent('say')
      say(_client: BounceSocket, { text }: { text: string }) {
        return text;
      }
    }
    expect(await failure({ providers: [ObjectGateway] })).toContain('ObjectGateway.say');
  });

  it('an object taken apart, with a default', async () => {
    @WebSocketGateway()
    class DefaultGateway {
      @OnEvent('say')
      say(_client: BounceSocket, { text }: { text: string } = { text: '' }) {
        return text;
      }
    }
    expect(await failure({ providers: [DefaultGateway] })).toContain('DefaultGateway.say');
  });

  it('an array taken apart, behind a parameter that has one', async () => {
    @WebSocketGateway()
    class ArrayGateway {
      @OnEvent('say')
      say(_client: BounceSocket, text: string, [a]: string[]) {
        return [text, a];
      }
    }
    const message = await failure({ providers: [ArrayGateway] });
    expect(message).toContain('ArrayGateway.say');
    expect(message).toContain('3');
  });

  it('a rest parameter', async () => {
    @WebSocketGateway()
    class RestGateway {
      @OnEvent('say')
      say(_client: BounceSocket, ...texts: string[]) {
        return texts;
      }
    }
    const message = await failure({ providers: [RestGateway] });
    expect(message).toContain('RestGateway.say');
    expect(message).toContain('@Payload');
  });

  it('but not when a decorator says what it is', async () => {
    @WebSocketGateway()
    class DecoratedGateway {
      @OnEvent('say')
      say(@Client() { id }: BounceSocket, @Payload() { text }: { text: string }) {
        return [id, text];
      }
    }
    await expect(start({ providers: [DecoratedGateway] })).resolves.toBeDefined();
  });
});

describe('a handler nobody would ever call stops the app', () => {
  it('in a provider that is no gateway', async () => {
    @Injectable()
    class ChatService {
      @OnEvent('say')
      say() {}
    }
    const message = await failure({ providers: [ChatService] });
    expect(message).toContain('ChatService.say');
    expect(message).toContain('@WebSocketGateway()');
  });

  it('in a controller', async () => {
    @Controller()
    class ChatController {
      @OnEvent('say')
      say() {}
    }
    expect(await failure({ controllers: [ChatController] })).toContain('ChatController.say');
  });
});

describe('a gateway that does not live as long as the app stops it, and is named', () => {
  it('when it is request-scoped', async () => {
    @WebSocketGateway()
    @Injectable({ scope: Scope.REQUEST })
    class RequestGateway {
      @OnEvent('say')
      say() {}
    }
    expect(await failure({ providers: [RequestGateway] })).toContain('RequestGateway');
  });

  it('when it depends on something that is', async () => {
    @Injectable({ scope: Scope.REQUEST })
    class RequestService {}

    @WebSocketGateway()
    class DependentGateway {
      constructor(readonly service: RequestService) {}

      @OnEvent('say')
      say() {}
    }
    expect(await failure({ providers: [DependentGateway, RequestService] })).toContain(
      'DependentGateway',
    );
  });

  it('when it is transient', async () => {
    @WebSocketGateway()
    @Injectable({ scope: Scope.TRANSIENT })
    class TransientGateway {
      @OnEvent('say')
      say() {}
    }
    expect(await failure({ providers: [TransientGateway] })).toContain('TransientGateway');
  });
});

describe('a decorator without a meaning here stops the app', () => {
  it('@Ack(), and class, method and parameter are in the message', async () => {
    @WebSocketGateway()
    class AckGateway {
      @OnEvent('say')
      say(_client: BounceSocket, @Ack() ack: () => void) {
        ack();
      }
    }
    const message = await failure({ providers: [AckGateway] });
    expect(message).toContain('AckGateway.say');
    expect(message).toContain('2');
  });

  it('@Ack() with @SubscribeMessage', async () => {
    @WebSocketGateway()
    class NativeAckGateway {
      @SubscribeMessage('say')
      say(@Ack() ack: () => void) {
        ack();
      }
    }
    expect(await failure({ providers: [NativeAckGateway] })).toContain('NativeAckGateway.say');
  });
});

describe('BounceWsModule imported twice with different options stops the app', () => {
  it('and the message says so', async () => {
    const message = await failure({
      providers: [ChatGateway],
      imports: [BounceWsModule.forRoot({ endpoints: [{ path: '/second' }] })],
    });
    expect(message).toContain('imported twice');
  });
});

describe('a handler that forgot its client', () => {
  class Profile {
    @IsString() name = '';
  }

  @WebSocketGateway()
  class NumberGateway {
    @OnEvent('add') add(a: number, b: number): number {
      return a + b;
    }
  }

  @WebSocketGateway()
  class DtoGateway {
    @OnEvent('profile') profile(profile: Profile): Profile {
      return profile;
    }
  }

  @WebSocketGateway()
  class DefaultGateway {
    @OnEvent('list') list(limit = 10): number {
      return limit;
    }
  }

  it.each([
    [NumberGateway, 'NumberGateway.add', 'a'],
    [DtoGateway, 'DtoGateway.profile', 'profile'],
    [DefaultGateway, 'DefaultGateway.list', 'limit'],
  ])('fails at boot with its name: %o', async (gateway, owner, parameter) => {
    const message = await failure({ providers: [gateway] });
    expect(message).toContain(`${owner}: the first parameter (${parameter}) gets the client`);
  });

  it('has not forgotten it when it imports its class as a type only, which tsc notes as Function', async () => {
    @WebSocketGateway()
    class TypeImportGateway {
      @Reflect.metadata('design:paramtypes', [Function])
      @OnEvent('greet')
      greet(client: BounceSocket) {
        client.emit('greeted');
      }
    }
    await expect(start({ providers: [TypeImportGateway] })).resolves.toBeDefined();
  });

  it('may have a first parameter of any other type, and one that is decorated', async () => {
    @WebSocketGateway()
    class FineGateway {
      @OnEvent('a') a(_client: { id: string }, n: number): number {
        return n;
      }
      @OnEvent('b') b(@Payload('n') n: number): number {
        return n;
      }
      @OnEvent('c') c(n: number, @Client() client: BounceSocket): string {
        return `${n} ${typeof client.id}`;
      }
    }
    const { url } = await start({ providers: [FineGateway] });
    const peer = await WsPeer.connect(url);
    expect((await peer.request('a', { n: 1 })).data).toBe(1);
    expect((await peer.request('b', { n: 2 })).data).toBe(2);
    expect((await peer.request('c', { n: 3 })).data).toBe('3 string');
  });
});
