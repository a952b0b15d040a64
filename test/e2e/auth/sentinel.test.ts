import { inspect } from 'node:util';
import { WebSocketGateway } from '@nestjs/websockets';
import {
  type BounceSocket,
  BounceWsHealth,
  BroadcastService,
  ConnectionRegistry,
  OnEvent,
  type UpgradeContext,
} from 'bounce-ws';
import { JwtAuthenticator } from 'bounce-ws/jwt';
import { BounceClient } from 'bounce-ws/client';
import { redisEngine } from 'bounce-ws/redis';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { asked, userOf } from '../../support/auth-app.js';
import { RedisMonitor } from '../../support/redis-monitor.js';
import { RedisServer } from '../../support/redis-server.js';
import { sendToRedis } from '../../support/resp.js';
import { SENTINEL, TRACES } from '../../support/sentinel.js';
import { epoch, SECRET, tokenOf } from '../../support/tokens.js';
import { useApps } from '../../support/use-apps.js';
import { type PeerOptions, UpgradeRefused, WsPeer } from '../../support/ws-peer.js';
import { TeaGateway } from '../history/support/tea-room.js';

const start = useApps();

/** A JWT that is good, and one that has the sentinel in the clear. */
const good = (claims: Readonly<Record<string, unknown>> = {}) => tokenOf('alice', claims);
const OPAQUE = `opaque-${SENTINEL}`;

/** Everything that the process writes, and everything that tests note. */
const written: string[] = [];
const note = (what: unknown): void =>
  void written.push(inspect(what, { depth: 8, maxStringLength: null, showHidden: true }));
const streams = [process.stdout, process.stderr].map((stream) => ({
  stream,
  write: Reflect.get(stream, 'write'),
}));

beforeEach(() => {
  written.length = 0;
  for (const { stream } of streams) {
    stream.write = (chunk: string | Uint8Array) => {
      written.push(chunk.toString());
      return true;
    };
  }
});

afterEach(() => {
  for (const { stream, write } of streams) stream.write = write;
});

const hits = (): string[] => written.filter((text) => TRACES.some((trace) => text.includes(trace)));

@WebSocketGateway()
class TalkativeGateway {
  handleConnection(
    client: BounceSocket,
    request: { url: string; headers: object; rawHeaders: string[] },
  ) {
    note([client.handshake, String(client.handshake.query)]);
    note([request.url, request.headers, request.rawHeaders]);
  }

  @OnEvent('disconnect')
  disconnect(client: BounceSocket) {
    note(client.handshake);
  }

  @OnEvent('fail')
  fail(client: BounceSocket) {
    throw new Error(`failed for ${inspect(client.handshake)}`);
  }
}

const hooks = {
  onConnect: (upgrade: UpgradeContext) => note([upgrade.handshake, upgrade.offeredSubprotocols]),
};

/** Opens a connection and notes how that went, whatever came of it. */
async function attempt(url: string, options?: PeerOptions): Promise<WsPeer | undefined> {
  try {
    const peer = await WsPeer.connect(url, options);
    void peer.closed.then(note);
    return peer;
  } catch (error) {
    if (error instanceof UpgradeRefused) note([error.status, error.headers, error.body]);
    else throw error;
    return undefined;
  }
}

describe('a token', () => {
  it('is in no log, error, close reason or anything the app sees: with JWTs', async () => {
    const authenticator = new JwtAuthenticator({
      algorithms: ['HS256'],
      secret: SECRET,
      loadUser: (id, { broken }) => {
        if (broken !== undefined) throw new Error('no database');
        return { id };
      },
    });
    const { app, url, log } = await start({
      providers: [TalkativeGateway],
      options: {
        auth: { authenticator, required: false },
        hooks,
        connectionsPerUser: 2,
        connectionsPerUserPolicy: 'replace',
      },
    });
    const places = (token: string): [string, PeerOptions][] => [
      [`${url}/?token=${token}&x=1`, {}],
      [url, { headers: { Authorization: `Bearer ${token}` } }],
      [url, { protocols: ['bounce.v1.json', `bounce.token.${token}`] }],
    ];
    const tokens = [
      good(),
      good({ exp: epoch(-60) }),
      good({ broken: true }),
      good({ sub: 7 }),
      `${good()}x`,
      OPAQUE,
      OPAQUE + 'x'.repeat(4_096),
    ];
    for (const token of tokens) {
      for (const [address, options] of places(token)) {
        const peer = await attempt(address, options);
        if (peer !== undefined) note(await peer.request('fail'));
      }
      const guest = await attempt(url);
      note(await guest?.request('authenticate', { token }));
      note(await guest?.request('authenticate', { token, more: [token] }));
      note(await guest?.request('fail', { token }));
      await guest?.close();
    }
    await attempt(`${url}/?token=${good()}&token=${OPAQUE}`);
    note(
      [...app.get(ConnectionRegistry).sockets].map(({ handshake, user, userId }) => [
        handshake,
        user,
        userId,
      ]),
    );
    note(app.get(BounceWsHealth));
    await app.close();
    note(log);
    expect(written.length).toBeGreaterThan(20);
    expect(hits()).toEqual([]);
  });

  it('is in none of these with an authenticator that quotes it in its errors', async () => {
    const { app, url, log } = await start({
      options: asked(
        (token) => {
          if (token.endsWith('good')) return userOf('alice', { expiresAtMs: Date.now() + 50 });
          throw new Error(`cannot read ${token}`, { cause: token });
        },
        { required: true },
      ),
    });
    await attempt(`${url}?token=${OPAQUE}`);
    const waiting = await attempt(url);
    note(await waiting?.request('authenticate', { token: OPAQUE }));
    const short = await attempt(`${url}?token=${OPAQUE}-good`);
    note(await short?.next('error'));
    note(await short?.closed);
    await app.close();
    note(log);
    expect(log.errors).toHaveLength(2);
    expect(hits()).toEqual([]);
  });

  it('is in nothing that the client says of itself', async () => {
    const { url } = await start({
      options: asked((token) => (token.endsWith('good') ? userOf('alice') : null)),
    });
    for (const tokenIn of ['query', 'message'] as const) {
      for (const token of [OPAQUE, `${OPAQUE}-good`]) {
        const client = new BounceClient(url, { getToken: () => token, tokenIn });
        client.onError(note);
        const settled = new Promise<void>((resolve) => {
          client.onStateChange((change) => {
            note(change);
            if (change.state !== 'connecting') resolve();
          });
        });
        await settled;
        const answer = client.authenticate(token).then(note, note);
        if (client.state === 'connected') await answer;
        note([client.url, client.state]);
        client.close();
        await answer;
      }
    }
    expect(written.length).toBeGreaterThan(8);
    expect(hits()).toEqual([]);
  });

  it('would have been found', () => {
    note({ deep: [{ inside: good() }] });
    process.stdout.write(`a line with ${OPAQUE}\n`);
    expect(hits()).toHaveLength(2);
  });
});

describe('with Redis, a token', () => {
  const authenticator = new JwtAuthenticator({ algorithms: ['HS256'], secret: SECRET });
  const auth = { authenticator, required: false };
  let redis: RedisServer;
  // Redis itself tells of every command that any connection sends it.
  let monitor: RedisMonitor;

  beforeEach(async () => {
    redis = await RedisServer.start();
    monitor = await RedisMonitor.start(redis.port);
  });

  afterEach(async () => {
    monitor.stop();
    await redis.stop();
  });

  const noteCommands = (): void =>
    void written.push(...monitor.commands.map((command) => command.join(' ')));

  it('is in nothing that Redis gets to see', async () => {
    const { app, url } = await start({
      options: { engine: redisEngine({ url: redis.url }), auth },
    });
    const alice = await attempt(`${url}?token=${good()}`);
    const guest = await attempt(url);
    await guest?.request('authenticate', { token: good({ sub: 'bob' }) });
    app.get(BroadcastService).toUser('alice', 'bob').emit('hello');
    await alice?.next('hello');
    await guest?.next('hello');
    await app.close();
    noteCommands();
    expect(written.join('\n')).toContain('hello');
    expect(hits()).toEqual([]);
  });

  it('is in no history of a room, and not in what a recovery brings', async () => {
    const { app, url, log } = await start({
      providers: [TeaGateway],
      options: { engine: redisEngine({ url: redis.url }), auth, history: true },
    });
    const enter = async (): Promise<WsPeer> => {
      const peer = await WsPeer.connect(`${url}?token=${good()}`);
      await peer.request('enter');
      return peer;
    };
    const alice = await enter();
    const position = (await alice.next('recovery')).data;
    await alice.close();
    const speaker = await enter();
    await speaker.request('say', { text: 'missed' });
    const back = await enter();
    note(await back.request('hello', { connection: OPAQUE, rooms: [position] }));
    const brought = await back.next('said');
    expect(brought.data).toEqual({ text: 'missed' });
    note([brought, await back.barrier()]);
    await app.close();
    note(log);
    noteCommands();
    const [head, messages] = ['bounce:{history:tea}:head', 'bounce:{history:tea}:log'] as const;
    const commands = [
      ['KEYS', '*'],
      ['HGETALL', head],
      ['XRANGE', messages, '-', '+'],
    ];
    for (const command of commands) written.push(await sendToRedis(redis.port, ...command));
    expect(written.at(-1)).toContain('missed');
    expect(hits()).toEqual([]);
  });
});
