import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { INestApplication } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { WsAdapter } from '@nestjs/platform-ws';
import { MessageBody, SubscribeMessage, WebSocketGateway } from '@nestjs/websockets';
import { BounceWsModule, OnEvent } from 'bounce-ws';
import { afterEach, describe, expect, it } from 'vitest';
import { WebSocketServer } from 'ws';
import { deferred } from '../support/deferred.js';
import { UpgradeRefused, WsPeer } from '../support/ws-peer.js';
import { readDocument } from './support/documents.js';
import { rowsOf } from './support/table.js';

/** The gateway of every line: nothing in it knows which adapter it runs on, but for the two `say`. */
abstract class ComparedGateway {
  /** What was handled, in order. */
  readonly handled: string[] = [];
  readonly admitted = deferred();
  /** Ends `slow`. */
  readonly done = deferred();

  async handleConnection(_client: unknown, { url = '' }: { readonly url?: string }): Promise<void> {
    if (url.includes('slow')) await this.admitted.promise;
    this.handled.push('handleConnection');
  }

  @SubscribeMessage('echo')
  echo(@MessageBody() data: unknown) {
    this.handled.push('echo');
    return { event: 'echo', data };
  }

  @SubscribeMessage('slow')
  async slow() {
    await this.done.promise;
    return { event: 'slow', data: null };
  }
}

@WebSocketGateway()
class OurGateway extends ComparedGateway {
  @OnEvent('say')
  say(_client: unknown, text: string) {
    return { event: 'said', data: text };
  }
}

@WebSocketGateway()
class TheirGateway extends ComparedGateway {
  @SubscribeMessage('say')
  say(@MessageBody('text') text: string) {
    return { event: 'said', data: text };
  }
}

/** An app on one of the two adapters. */
interface Compared {
  readonly app: INestApplication;
  readonly gateway: ComparedGateway;
  readonly url: string;
}

const ADAPTERS = {
  'bounce-ws': async () => {
    class AppModule {}
    const root = {
      module: AppModule,
      imports: [BounceWsModule.forRoot()],
      providers: [OurGateway],
    };
    return listen(await NestFactory.create(root, { logger: false }), OurGateway);
  },
  '`WsAdapter`': async () => {
    class AppModule {}
    const root = { module: AppModule, providers: [TheirGateway] };
    const app = await NestFactory.create(root, { logger: false });
    app.useWebSocketAdapter(new WsAdapter(app));
    return listen(app, TheirGateway);
  },
};

async function listen(
  app: INestApplication,
  gateway: typeof OurGateway | typeof TheirGateway,
): Promise<Compared> {
  await app.listen(0, '127.0.0.1');
  const { port } = (app.getHttpServer() as Server).address() as AddressInfo;
  return { app, gateway: app.get<ComparedGateway>(gateway), url: `ws://127.0.0.1:${port}` };
}

/** The first message that comes back when something is followed by an `echo`. */
async function answerTo(
  { url }: Compared,
  frame: string,
): Promise<{ event: string; data: unknown }> {
  const peer = await WsPeer.connect(url);
  peer.sendRaw(frame);
  peer.send('echo', 'the next message');
  return peer.next();
}

/** The code of an answer that is an error; of any other, nothing. */
function codeOf({ event, data }: { event: string; data: unknown }): string | undefined {
  return event === 'error' ? (data as { readonly code: string }).code : undefined;
}

/** What happens on one adapter, in the words of the table. */
const OBSERVED: Readonly<Record<string, (compared: Compared) => Promise<string>>> = {
  'a message that is no JSON': async (compared) => {
    const code = codeOf(await answerTo(compared, '{'));
    return code === undefined ? 'is ignored' : `is answered \`${code}\``;
  },

  'an event nobody handles': async (compared) => {
    const code = codeOf(await answerTo(compared, '{"event":"nonsense"}'));
    return code === undefined ? 'is ignored' : `is answered \`${code}\``;
  },

  'a number where the handler says `text: string`': async (compared) => {
    const answer = await answerTo(compared, '{"event":"say","data":{"text":42}}');
    if (answer.event === 'said' && answer.data === 42) return 'reaches the handler';
    return `is answered \`${codeOf(answer)}\` (\`@OnEvent\`)`;
  },

  'a message during an async `handleConnection`': async ({ gateway, url }) => {
    const peer = await WsPeer.connect(`${url}/?slow`);
    peer.send('echo');
    // By the time a connection made later has been read from, the message of this one has been read, if anybody reads.
    const later = await WsPeer.connect(url);
    await later.wasRead();
    gateway.admitted.resolve();
    await peer.next('echo');
    // The first hook to finish is that of the later connection.
    return gateway.handled.indexOf('echo') > gateway.handled.lastIndexOf('handleConnection')
      ? 'waits until the hook is done'
      : 'is handled before the hook is done';
  },

  'two messages, the first one slow': async ({ gateway, url }) => {
    const peer = await WsPeer.connect(url);
    peer.send('slow');
    peer.send('echo');
    await peer.wasRead();
    gateway.done.resolve();
    const { event } = await peer.next();
    return event === 'slow' ? 'are handled in order' : 'overtake each other';
  },

  'a message of 1 MB': async ({ url }) => {
    const peer = await WsPeer.connect(url);
    peer.send('echo', 'x'.repeat(1_000_000));
    const handled = peer.next('echo').then(
      () => true,
      () => false,
    );
    const closed = peer.closed.then(() => false);
    return (await Promise.race([handled, closed]))
      ? 'is parsed and handled'
      : `closes the connection with ${(await peer.closed).code}`;
  },

  'a page of another origin': async ({ url }) => {
    try {
      await WsPeer.connect(url, { origin: 'https://elsewhere.example' });
      return 'is connected';
    } catch (error) {
      return error instanceof UpgradeRefused ? `is refused with ${error.status}` : String(error);
    }
  },

  'a WebSocket path of another library': async ({ app, url }) => {
    const other = new WebSocketServer({ noServer: true });
    (app.getHttpServer() as Server).on('upgrade', (request, stream, head) => {
      if (request.url === '/other') other.handleUpgrade(request, stream, head, (ws) => ws.close());
    });
    try {
      await WsPeer.connect(`${url}/other`);
      return 'is left to it';
    } catch {
      return 'is cut off';
    }
  },

  '`app.close()`': async ({ app, url }) => {
    const peer = await WsPeer.connect(url);
    const [{ code }] = await Promise.all([peer.closed, app.close()]);
    return code === 1006 ? 'drops them: they see 1006' : `tells clients ${code}`;
  },
};

describe('the comparison in the README', () => {
  const rows = rowsOf(readDocument('README.md'), 'what happens');
  let compared: Compared | undefined;

  afterEach(() => compared?.app.close());

  it('has exactly the lines that are run here', () => {
    expect(rows.map((row) => row['what happens'])).toEqual(Object.keys(OBSERVED));
  });

  it.each(
    Object.keys(ADAPTERS).flatMap((adapter) =>
      Object.keys(OBSERVED).map((line) => [adapter as keyof typeof ADAPTERS, line] as const),
    ),
  )('is true for %s: %s', async (adapter, line) => {
    compared = await ADAPTERS[adapter]();
    const row = rows.find((other) => other['what happens'] === line);
    expect(await OBSERVED[line]!(compared)).toBe(row?.[adapter]);
  });
});
