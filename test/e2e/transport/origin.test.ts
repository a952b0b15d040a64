import { describe, expect, it } from 'vitest';
import { expectNoUnhandledErrors } from '../../support/unhandled.js';
import { useApps } from '../../support/use-apps.js';
import { UpgradeRefused, WsPeer } from '../../support/ws-peer.js';

const start = useApps();
expectNoUnhandledErrors();

/** What the server says to a page of that origin: `101`, or the status of the refusal. */
async function statusFor(url: string, headers: Record<string, string>): Promise<number> {
  try {
    const peer = await WsPeer.connect(url, { headers });
    await peer.close();
    return 101;
  } catch (error) {
    if (error instanceof UpgradeRefused) return error.status;
    throw error;
  }
}

describe('an upgrade', () => {
  it.each([
    [101, {}],
    [101, { Origin: 'http://127.0.0.1:5173' }],
    [101, { Origin: 'http://localhost' }],
    [101, { Origin: 'https://app.example.com', Host: 'app.example.com' }],
    [403, { Origin: 'https://app.example.com' }],
    [403, { Origin: 'null' }],
    [403, { Origin: 'https://app.example.com.evil.io', Host: 'app.example.com' }],
    [403, { Origin: 'https://app.example.com:8443', Host: 'app.example.com' }],
    [403, { Origin: 'http://localhost', Host: 'app.example.com' }],
    [403, { Origin: '%' }],
    [403, { Origin: 'file://' }],
    [403, { Origin: 'file://', Host: 'localhost' }],
    [403, { Origin: 'x'.repeat(5_000) }],
  ])('is answered %i with %j while the list is empty', async (status, headers) => {
    const { url } = await start();
    expect(await statusFor(url, headers)).toBe(status);
  });

  it.each([
    [101, { Origin: 'https://app.example.com' }],
    [101, {}],
    [403, { Origin: 'http://127.0.0.1:5173' }],
    [403, { Origin: 'https://evil.example' }],
  ])(
    'is answered %i with %j when the list names https://app.example.com',
    async (status, headers) => {
      const { url } = await start({ options: { origins: ['https://app.example.com'] } });
      expect(await statusFor(url, headers)).toBe(status);
    },
  );

  it('that is refused is logged with the origin and the option that would allow it', async () => {
    const { url, log } = await start();
    await statusFor(url, { Origin: 'https://evil.example' });
    expect(log.warnings).toHaveLength(1);
    expect(log.warnings[0]).toContain('https://evil.example');
    expect(log.warnings[0]).toContain('origins');
  });

  it('that is refused reaches no hook', async () => {
    const asked: string[] = [];
    const { url } = await start({
      options: { hooks: { onConnect: ({ handshake }) => void asked.push(handshake.url) } },
    });
    expect(await statusFor(url, { Origin: 'https://evil.example' })).toBe(403);
    expect(await statusFor(url, {})).toBe(101);
    expect(asked).toEqual(['/']);
  });
});
