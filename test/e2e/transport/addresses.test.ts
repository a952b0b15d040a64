import { BounceSocket, BounceWsHealth, OnEvent } from 'bounce-ws';
import { WebSocketGateway } from '@nestjs/websockets';
import { describe, expect, it } from 'vitest';
import { expectNoUnhandledErrors } from '../../support/unhandled.js';
import { useApps } from '../../support/use-apps.js';
import { UpgradeRefused, WsPeer } from '../../support/ws-peer.js';

const start = useApps();
expectNoUnhandledErrors();

@WebSocketGateway()
class WhereGateway {
  @OnEvent('where') where(client: BounceSocket): string {
    return client.handshake.ip;
  }
}

const from = (...addresses: string[]) => ({ headers: { 'X-Forwarded-For': addresses.join(', ') } });

async function refusal(url: string, options = {}): Promise<UpgradeRefused> {
  const error: unknown = await WsPeer.connect(url, options).catch((reason: unknown) => reason);
  if (error instanceof UpgradeRefused) return error;
  throw new Error('The connection was accepted');
}

describe('connectionsPerAddress', () => {
  it('refuses one more with 503 and Retry-After, and leaves those that are there alone', async () => {
    const { url } = await start({ options: { connectionsPerAddress: 2 } });
    const peers = [await WsPeer.connect(url), await WsPeer.connect(url)];
    const { status, headers, body } = await refusal(url);
    expect([status, headers['retry-after'], body]).toEqual([
      503,
      '1',
      'Your address has too many connections',
    ]);
    for (const peer of peers) await peer.barrier();
  });

  it('has room again when one has left', async () => {
    const { url } = await start({ options: { connectionsPerAddress: 1 } });
    await (await WsPeer.connect(url)).close();
    await expect
      .poll(async () =>
        WsPeer.connect(url).then(
          () => 'accepted',
          () => 'refused',
        ),
      )
      .toBe('accepted');
  });

  it('counts each address for itself, and IPv6 addresses by their network', async () => {
    const { app, url } = await start({ options: { connectionsPerAddress: 1, trustedProxies: 1 } });
    await WsPeer.connect(url, from('192.0.2.1'));
    await WsPeer.connect(url, from('192.0.2.2'));
    await WsPeer.connect(url, from('2001:db8:1:2:3::4'));
    await WsPeer.connect(url, from('2001:db8:1:3::'));
    expect((await refusal(url, from('192.0.2.1'))).status).toBe(503);
    expect((await refusal(url, from('2001:db8:1:2::1'))).status).toBe(503);
    expect(app.get(BounceWsHealth).report().connections).toBe(4);
  });

  it('is off by default', async () => {
    const { url } = await start();
    for (let n = 0; n < 30; n++) await WsPeer.connect(url);
  });
});

describe('trustedProxies', () => {
  it('is off by default: anybody can send the header', async () => {
    const { url } = await start({ providers: [WhereGateway] });
    const peer = await WsPeer.connect(url, from('192.0.2.1'));
    expect((await peer.request('where')).data).toBe('127.0.0.1');
  });

  it.each([
    [1, ['192.0.2.1'], '192.0.2.1'],
    [1, ['198.51.100.9', '192.0.2.1'], '192.0.2.1'],
    [2, ['198.51.100.9', '192.0.2.1', '203.0.113.7'], '192.0.2.1'],
    [1, ['2001:db8::1'], '2001:db8::1'],
    [1, ['::ffff:192.0.2.1'], '192.0.2.1'],
    [1, ['unknown'], '127.0.0.1'],
    [1, ['<script>'], '127.0.0.1'],
    [1, [], '127.0.0.1'],
    [3, ['192.0.2.1'], '127.0.0.1'],
  ])('with %i of them, %j comes from %s', async (trustedProxies, addresses, expected) => {
    const { url } = await start({ providers: [WhereGateway], options: { trustedProxies } });
    const peer = await WsPeer.connect(url, addresses.length > 0 ? from(...addresses) : {});
    expect((await peer.request('where')).data).toBe(expected);
  });
});
