import { BounceClient } from 'bounce-ws/client';
import { MsgpackCodec } from 'bounce-ws/codecs/msgpack';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type ReferenceServer, startReferenceServer } from '../../conformance/reference-server.js';
import { openPage } from '../../support/foreign-clients/pages.js';
import {
  BazisPythonClient,
  BouncePythonClient,
} from '../../support/foreign-clients/python-clients.js';
import { Inbox } from '../../support/inbox.js';

/** One member of the room, in whatever format. */
interface Member {
  join(room: string): void;
  announce(text: string, channel: string): void;
  /** The next text that was announced. */
  heard(): Promise<string>;
  close(): void;
}

const isAnnouncement = (data: unknown): data is { text: string } =>
  typeof data === 'object' && data !== null && 'text' in data && 'channel' in data;

let server: ReferenceServer;

beforeAll(async () => {
  server = await startReferenceServer({ port: 0, logger: false });
});

afterAll(() => server?.close());

const at = (path: string): string => new URL(path, server.url).href;

// Not events.once(), which takes what has a method `on` for an emitter of Node's.
async function opened(socket: EventTarget): Promise<void> {
  await new Promise((resolve) => socket.addEventListener('open', resolve, { once: true }));
}

const MEMBERS: Readonly<Record<string, () => Promise<Member>>> = {
  BounceClient: () => ours(),
  'BounceClient with MessagePack': () => ours(new MsgpackCodec()),

  'a Python client of bounce_ws': async () => {
    const client = await BouncePythonClient.connect(at('/ws'));
    return {
      join: (room) => client.send('join', { room }),
      announce: (text, channel) => client.send('announce', { text, channel }),
      heard: async () => ((await client.next()).data as { text: string }).text,
      close: () => client.close(),
    };
  },

  'a page of websocket-zero': async () => {
    const page = openPage('wszero');
    const inbox = new Inbox<string>();
    page.HANDLERS = {
      announce: ({ text }) => inbox.put(text as string),
      // Its pages know what their server sends; those of this server's senders come unasked.
      clock: () => undefined,
      fast: () => undefined,
    };
    const socket = page.openWszero(at('/wszero'));
    await opened(socket);
    return {
      join: (room) => page.send_message({ op: 'join', room }),
      announce: (text, channel) => page.send_message({ op: 'announce', text, channel }),
      heard: () => inbox.take(),
      close: () => socket.close(),
    };
  },

  'a page of microsockets': async () => {
    const { MicroSocket } = openPage('microsockets');
    const inbox = new Inbox<string>();
    const socket = MicroSocket(at('/microsockets'));
    socket.on('announce', (payload) => inbox.put((JSON.parse(payload) as { text: string }).text));
    await opened(socket);
    return {
      join: (room) => socket.send('join', JSON.stringify({ room })),
      announce: (text, channel) => socket.send('announce', JSON.stringify({ text, channel })),
      heard: () => inbox.take(),
      close: () => socket.close(),
    };
  },

  'a page of bazis-ws': async () => {
    const { BazisClient } = openPage('bazis');
    const inbox = new Inbox<string>();
    const client = new BazisClient(at('/bazis'));
    client.onData = (data) => {
      if (isAnnouncement(data)) inbox.put(data.text);
    };
    const socket = client.connect();
    await opened(socket);
    return {
      join: (room) => client.send({ type: 'join', room }),
      announce: (text, channel) => client.send({ type: 'announce', text, channel }),
      heard: () => inbox.take(),
      close: () => socket.close(),
    };
  },

  'a Python client of bazis-ws': async () => {
    const client = await BazisPythonClient.connect(at('/bazis'));
    return {
      join: (room) => client.send({ type: 'join', room }),
      announce: (text, channel) => client.send({ type: 'announce', text, channel }),
      async heard() {
        for (;;) {
          const line = await client.next();
          const data: unknown = JSON.parse(line.replace(/^Received data: /, ''));
          if (isAnnouncement(data)) return data.text;
        }
      },
      close: () => client.close(),
    };
  },
};

async function ours(codec?: MsgpackCodec): Promise<Member> {
  const client = new BounceClient(at('/ws'), codec === undefined ? {} : { codec });
  const inbox = new Inbox<string>();
  client.on('announce', ({ text }: { text: string }) => inbox.put(text));
  await client.request('echo');
  return {
    join: (room) => client.emit('join', { room }),
    announce: (text, channel) => client.emit('announce', { text, channel }),
    heard: () => inbox.take(),
    close: () => client.close(),
  };
}

describe('A room of everybody', () => {
  it('hears what each of them says, in order', async () => {
    const names = Object.keys(MEMBERS);
    const members = await Promise.all(Object.values(MEMBERS).map((open) => open()));
    // Everybody says their own name to themselves, and has thereby joined.
    for (const [index, member] of members.entries()) {
      member.join(`alone-${index}`);
      member.join('everybody');
      member.announce('joined', `alone-${index}`);
      expect(await member.heard()).toBe('joined');
    }
    for (const [index, speaker] of members.entries()) {
      speaker.announce(`${names[index]} 🫖`, 'everybody');
      const heard = await Promise.all(members.map((member) => member.heard()));
      expect(heard).toEqual(names.map(() => `${names[index]} 🫖`));
    }
    for (const member of members) member.close();
  });
});

describe('A Python client of bounce_ws', () => {
  it('subscribes, reads every timestamp, and unsubscribes', async () => {
    const client = await BouncePythonClient.connect(at('/ws'));
    client.send('subscribe', { events: ['clock'] });
    for (let count = 0; count < 3; count++) expect((await client.next()).event).toBe('clock');
    client.send('unsubscribe', { events: ['*'] });
    client.send('add', { a: 1, b: 2 });
    let last = await client.next();
    while (last.event === 'clock') last = await client.next();
    expect(last).toEqual({ event: 'add', data: 3 });
    client.close();
  });
});

describe('A Python client of bazis-ws', () => {
  it('gets a type on every frame, errors too', async () => {
    const client = await BazisPythonClient.connect(at('/bazis'));
    const printed = async (wanted: RegExp): Promise<string> => {
      for (;;) {
        const line = await client.next();
        if (wanted.test(line)) return line;
        expect(line).toMatch(/^Received data: \{"n":\d+\}$/);
      }
    };
    client.send({ type: 'ping' });
    expect(await printed(/pong/)).toBe('Received pong');
    client.send({ type: 'nonsense' });
    expect(await printed(/^Error/)).toBe('Error: unknown_event - The event is unknown');
    client.close();
  });
});

describe('A page of bazis-ws', () => {
  it('pings now and then, and knows every type that comes', async () => {
    const { BazisClient } = openPage('bazis');
    const client = new BazisClient(at('/bazis'), undefined, 20);
    const socket = client.connect();
    await expect.poll(() => client.pongs).toBeGreaterThan(2);
    expect([client.unknown, client.errors]).toEqual([[], []]);
    socket.close();
  });
});

describe('A page of microsockets', () => {
  it('takes handlers back, and defaults a payload to an empty string', async () => {
    const { MicroSocket } = openPage('microsockets');
    const socket = MicroSocket(at('/microsockets'));
    const inbox = new Inbox<string>();
    const removed: string[] = [];
    const remove = (payload: string): void => void removed.push(payload);
    socket.on('echo', remove);
    socket.on('echo', (payload) => inbox.put(payload));
    socket.off('echo', remove);
    await opened(socket);
    socket.send('echo');
    expect(await inbox.take()).toBe('');
    socket.send('echo', 'gamers');
    expect(await inbox.take()).toBe('gamers');
    expect(removed).toEqual([]);
    socket.close();
  });
});
