import { WebSocketGateway } from '@nestjs/websockets';
import { type BounceSocket, BroadcastService, OnEvent } from 'bounce-ws';
import { describe, expect, it } from 'vitest';
import { jwt } from '../../support/auth-app.js';
import { BazisPythonClient } from '../../support/foreign-clients/python-clients.js';
import { FramePeer } from '../../support/frame-peer.js';
import type { StartedApp } from '../../support/start-app.js';
import { epoch, forge, hmac, tokenOf } from '../../support/tokens.js';
import { useApps } from '../../support/use-apps.js';

const start = useApps();

@WebSocketGateway()
class WhoGateway {
  @OnEvent('whoami')
  whoami(client: BounceSocket): string {
    return client.userId ?? 'nobody';
  }
}

const serve = (required: boolean): Promise<StartedApp> =>
  start({
    providers: [WhoGateway],
    options: { ...jwt({ required }), endpoints: [{ path: '/', codec: 'bazis' }, { path: '/ws' }] },
  });

const BAD_TOKENS: readonly (readonly [what: string, token: string, error: object])[] = [
  ['no token', 'nonsense', { code: 'invalid_token', detail: 'Invalid token' }],
  [
    'a forged one',
    forge({ alg: 'HS256' }, { sub: 'alice', exp: epoch(60) }, hmac('other'.repeat(9))),
    { code: 'invalid_token', detail: 'Invalid token' },
  ],
  [
    'one that has expired',
    tokenOf('alice', { exp: epoch(-60) }),
    { code: 'expired_token', detail: 'Token expired' },
  ],
  [
    'one of a user that is gone',
    tokenOf('nobody'),
    { code: 'user_not_found', detail: 'User not found' },
  ],
];

async function whoIs(peer: FramePeer): Promise<unknown> {
  peer.send({ type: 'whoami' });
  return peer.next();
}

describe('A client of bazis-ws', () => {
  it('is a user with a token in its address', async () => {
    const { url } = await serve(false);
    const peer = await FramePeer.connect(`${url}/?token=${tokenOf('alice')}`);
    expect(await whoIs(peer)).toEqual({ type: 'data', data: 'alice' });
  });

  it('becomes a user with a token in a message, and nothing is said about it', async () => {
    const { url } = await serve(false);
    const peer = await FramePeer.connect(url);
    expect(await whoIs(peer)).toEqual({ type: 'data', data: 'nobody' });
    peer.send({ token: tokenOf('alice') });
    expect(await whoIs(peer)).toEqual({ type: 'data', data: 'alice' });
  });

  it.each(BAD_TOKENS)(
    'gets the error for %s in its address, and stays',
    async (_what, token, error) => {
      const { url } = await serve(false);
      const peer = await FramePeer.connect(`${url}/?token=${token}`);
      expect(await peer.next()).toEqual({ type: 'error', ...error });
      expect(await whoIs(peer)).toEqual({ type: 'data', data: 'nobody' });
      peer.send({ token: tokenOf('alice') });
      expect(await whoIs(peer)).toEqual({ type: 'data', data: 'alice' });
    },
  );

  it.each(BAD_TOKENS)(
    'gets the error for %s in a message, and stays',
    async (_what, token, error) => {
      const { url } = await serve(false);
      const peer = await FramePeer.connect(url);
      peer.send({ token });
      expect(await peer.next()).toEqual({ type: 'error', ...error });
      expect(await whoIs(peer)).toEqual({ type: 'data', data: 'nobody' });
    },
  );

  it('stays where a token is required, but nothing it sends is handled until it has one', async () => {
    const { url } = await serve(true);
    const peer = await FramePeer.connect(`${url}/?token=nonsense`);
    expect(await peer.next()).toMatchObject({ type: 'error', code: 'invalid_token' });
    expect(await whoIs(peer)).toMatchObject({ type: 'error', code: 'unauthenticated' });
    peer.send({ token: tokenOf('alice') });
    expect(await whoIs(peer)).toEqual({ type: 'data', data: 'alice' });
  });

  it('has a personal channel and a common one', async () => {
    const { url, app } = await serve(false);
    const alice = await BazisPythonClient.connect(`${url}/?token=${tokenOf('alice')}`);
    alice.send({ type: 'ping' });
    expect(await alice.next()).toBe('Received pong');
    app.get(BroadcastService).toUser('alice').emit('notification', { title: 'New' });
    app.get(BroadcastService).toAll().emit('broadcast', { message: 'Hi' });
    expect(await alice.next()).toBe('Received data: {"title":"New"}');
    expect(await alice.next()).toBe('Received data: {"message":"Hi"}');
    alice.close();
  });
});

describe('A client of another format', () => {
  it('is refused with 401 for a bad token, also where bazis-ws is the default', async () => {
    const { url } = await serve(false);
    for (const [path, offered] of [
      ['/ws', []],
      ['/', ['bounce.v1.json']],
      ['/', ['bounce.v1.msgpack']],
    ] as const) {
      const address = `${url}${path}?token=nonsense`;
      await expect(FramePeer.connect(address, [...offered])).rejects.toThrow('401');
    }
  });
});
