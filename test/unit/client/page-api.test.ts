import { WebSocket } from 'ws';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { BounceClient } from '../../../lib/client/index.js';
import { installPageApi, type PageHandlers, type PageScope } from '../../../lib/client/page-api.js';
import { FakeServer } from '../../support/fake-server.js';

/** What a page's script sees as `window`: events, a document, and whatever variables it makes. */
class Page extends EventTarget implements PageScope {
  readonly document = Object.assign(new EventTarget(), { readyState: 'loading' });
  declare HANDLERS?: PageHandlers | undefined;
  declare sendMessage: NonNullable<PageScope['sendMessage']>;
  declare send_message: NonNullable<PageScope['send_message']>;

  parsed(): void {
    this.document.readyState = 'interactive';
    this.document.dispatchEvent(new Event('DOMContentLoaded'));
  }

  loaded(): void {
    this.document.readyState = 'complete';
    this.dispatchEvent(new Event('load'));
  }
}

describe('a page without a library', () => {
  let server: FakeServer;
  let page: Page;
  let clients: BounceClient[];

  const install = (): void =>
    installPageApi(
      page,
      () => page.HANDLERS ?? {},
      () => {
        const client = new BounceClient(server.url, { WebSocket });
        clients.push(client);
        return client;
      },
    );

  beforeEach(async () => {
    server = await FakeServer.listen();
    page = new Page();
    clients = [];
  });
  afterEach(async () => {
    for (const client of clients) client.close();
    await server.stop();
  });

  /** A handler and the first thing it is called with. */
  const handler = (): [(message: unknown) => void, Promise<unknown>] => {
    let call!: (message: unknown) => void;
    const called = new Promise((resolve) => {
      call = resolve;
    });
    return [call, called];
  };

  it('connects once it is parsed if it has handlers, and they get the fields and the event', async () => {
    const [announce, announced] = handler();
    install();
    page.HANDLERS = { announce };
    expect(clients).toHaveLength(0);
    page.parsed();
    page.loaded();
    expect(clients).toHaveLength(1);
    (await server.accept()).send('announce', { text: 'hello', event: 'overwritten' });
    expect(await announced).toEqual({ text: 'hello', event: 'announce' });
  });

  it('keeps the handlers it had before the script was loaded', async () => {
    const [news, got] = handler();
    page.HANDLERS = { news };
    install();
    page.parsed();
    (await server.accept()).send('news', ['not', 'an', 'object']);
    expect(await got).toEqual({ event: 'news', data: ['not', 'an', 'object'] });
  });

  it('may assign or extend its handlers at any time', async () => {
    const [late, gotLate] = handler();
    const [later, gotLater] = handler();
    const [added, gotAdded] = handler();
    install();
    page.parsed();
    expect(clients).toHaveLength(0);
    page.HANDLERS = { late };
    const peer = await server.accept();
    peer.send('late', null);
    expect(await gotLate).toEqual({ event: 'late', data: null });
    page.HANDLERS = { later };
    peer.send('later', 7);
    expect(await gotLater).toEqual({ event: 'later', data: 7 });
    Object.assign(page.HANDLERS, { added });
    peer.send('added');
    expect(await gotAdded).toEqual({ event: 'added' });
    expect(clients).toHaveLength(1);
  });

  it('works with handlers in a variable that cannot be watched', async () => {
    const [announce, announced] = handler();
    // What `var HANDLERS = { ... }` in a script makes of it.
    Object.defineProperty(page, 'HANDLERS', {
      value: { announce },
      writable: true,
      enumerable: true,
      configurable: false,
    });
    install();
    page.parsed();
    (await server.accept()).send('announce');
    expect(await announced).toEqual({ event: 'announce' });
  });

  it('connects when the script came last', async () => {
    page.document.readyState = 'complete';
    install();
    const [announce, announced] = handler();
    page.HANDLERS = { announce };
    (await server.accept()).send('announce');
    expect(await announced).toEqual({ event: 'announce' });
  });

  it('connects by its first message if it has no handlers', async () => {
    install();
    page.parsed();
    page.loaded();
    expect(clients).toHaveLength(0);
    page.sendMessage({ event: 'announce', text: 'hello' });
    page.send_message({ op: 'announce', text: 'again' });
    page.sendMessage({ event: 'announce', op: 'a field like any other' });
    const peer = await server.accept();
    expect(await peer.next()).toMatchObject({ event: 'announce', data: { text: 'hello' } });
    expect(await peer.next()).toMatchObject({ event: 'announce', data: { text: 'again' } });
    expect(await peer.next()).toMatchObject({ data: { op: 'a field like any other' } });
    expect(clients).toHaveLength(1);
  });

  it.each([undefined, null, {}, { event: 7 }, 'announce'])(
    'is told what is wrong with the message %j',
    (message) => {
      install();
      expect(() => page.sendMessage(message as never)).toThrow(/sendMessage needs an object/);
    },
  );

  it('hears of connects and disconnects', async () => {
    const [connect, connected] = handler();
    const [disconnect, disconnected] = handler();
    install();
    page.HANDLERS = { connect, disconnect };
    page.parsed();
    const peer = await server.accept();
    expect(await connected).toEqual({ event: 'connect' });
    peer.close(1000, 'done');
    expect(await disconnected).toEqual({ event: 'disconnect', code: 1000, reason: 'done' });
  });

  it('ignores an event without a handler, whatever its name', async () => {
    const complain = vi.spyOn(console, 'error').mockImplementation(() => undefined);
    const [end, ended] = handler();
    install();
    page.HANDLERS = { end };
    page.parsed();
    const peer = await server.accept();
    for (const event of ['unheard', 'constructor', 'toString', '__proto__']) peer.send(event);
    peer.send('end');
    await ended;
    expect(complain).not.toHaveBeenCalled();
    complain.mockRestore();
  });

  it('gets the errors of the server, or the console does', async () => {
    const complain = vi.spyOn(console, 'error').mockImplementation(() => undefined);
    const [end, ended] = handler();
    const [error, failed] = handler();
    install();
    page.HANDLERS = { end };
    page.parsed();
    const peer = await server.accept();
    peer.send('error', { code: 'rate_limited', message: 'Too many messages' });
    peer.send('end');
    await ended;
    expect(complain).toHaveBeenCalledExactlyOnceWith(
      '[bounce-ws]',
      expect.objectContaining({ code: 'rate_limited' }),
    );
    complain.mockRestore();
    page.HANDLERS = { error };
    peer.send('error', { code: 'rate_limited', message: 'Too many messages' });
    expect(await failed).toEqual({
      event: 'error',
      code: 'rate_limited',
      message: 'Too many messages',
    });
  });
});
