import { inspect } from 'node:util';
import { afterEach, describe, expect, it } from 'vitest';
import { type Exchange, exchange } from '../conformance/support/exchange.js';
import { closeFrame } from '../conformance/support/frames.js';
import { FramePeer } from '../support/frame-peer.js';
import { epoch, forge, tokenOf } from '../support/tokens.js';
import { useHostileApp } from './support/hostile-app.js';

const hostile = useHostileApp();

/** In every token of this file, and nowhere else. */
const SENTINEL = 'SentinelSentinelSentinel';
/** How it looks in the clear, and in the three ways that base64 has for it. */
const TRACES = [
  SENTINEL,
  ...[0, 1, 2].map((shift) =>
    Buffer.from(`${'x'.repeat(shift)}${SENTINEL}`)
      .toString('base64url')
      .slice(4, -4),
  ),
];

const TOKENS = [
  tokenOf('alice', { jti: SENTINEL }),
  tokenOf('alice', { jti: SENTINEL, exp: epoch(-60) }),
  tokenOf('nobody we know', { jti: SENTINEL }),
  tokenOf(SENTINEL),
  `${tokenOf('alice', { jti: SENTINEL })}x`,
  forge({ alg: 'none', kid: SENTINEL }, { sub: 'alice', exp: epoch(60) }, () => Buffer.alloc(0)),
  forge({ alg: 'HS256', crit: [SENTINEL] }, { sub: 'alice', exp: epoch(60) }),
  `opaque-${SENTINEL}`,
  `opaque-${SENTINEL}`.repeat(200),
];

/** A token in a message, in each format; good JSON and bad. The last one is answered with an empty list. */
const MESSAGES: Record<string, (token: string) => string[]> = {
  '/ws': (token) => [
    JSON.stringify({ event: 'authenticate', id: 1, data: { token } }),
    JSON.stringify({ event: 'authenticate', data: { token, more: token } }),
    JSON.stringify({ event: 'add', data: { a: token, token } }),
    JSON.stringify({ event: 'fail', data: { kind: token } }),
    JSON.stringify({ event: 'join', data: { room: `${token}?` } }),
    `{"event":"authenticate","data":{"token":"${token}"`,
    `{"event":{"token":"${token}"}}`,
    '{"event":"rooms"}',
  ],
  '/wszero': (token) => [
    JSON.stringify({ op: 'authenticate', token }),
    `{"op":1,"a":"${token}"}`,
    '{"op":"rooms"}',
  ],
  '/microsockets': (token) => [
    JSON.stringify({ event: 'authenticate', payload: JSON.stringify({ token }) }),
    `{"event":"authenticate","payload":"${token}"}`,
    '{"event":"rooms"}',
  ],
  '/bazis': (token) => [JSON.stringify({ token }), `{"token":"${token}`, '{"type":"rooms"}'],
};

const written: string[] = [];
const note = (what: unknown): void =>
  void written.push(inspect(what, { depth: 9, maxStringLength: null, maxArrayLength: null }));
const hits = (): string[] => written.filter((text) => TRACES.some((trace) => text.includes(trace)));

afterEach(() => {
  written.length = 0;
});

/** Notes what the server says to a handshake. */
async function shakeHands(options: Exchange): Promise<void> {
  const { status, headers, frames } = await exchange(hostile.url, {
    ...options,
    frames: [closeFrame(1000)],
  });
  note([status, headers, frames.map(({ payload }) => payload.toString())]);
}

/** Notes what the server says to messages. */
async function talk(path: string, messages: readonly string[]): Promise<void> {
  const peer = await FramePeer.connect(`ws://127.0.0.1:${hostile.url.port}${path}`);
  peer.socket.on('message', (text: Buffer) => note(text.toString()));
  for (const message of messages) peer.send(message);
  await peer.next((answer) => JSON.stringify(answer).includes('[]'));
  peer.socket.close();
  note(await peer.closed);
}

describe('a token', () => {
  it('is in no answer, close reason, log or metric, in whichever format and however it was sent', async () => {
    for (const [path, messagesWith] of Object.entries(MESSAGES)) {
      for (const token of TOKENS) {
        await talk(path, messagesWith(token));
        await shakeHands({ path: `${path}?a=1&token=${token}` });
        await shakeHands({ path, headers: { Authorization: `Bearer ${token}` } });
        const offered = `bounce.v1.json, bounce.token.${token}`;
        await shakeHands({ path, headers: { 'Sec-WebSocket-Protocol': offered } });
      }
    }
    for (const page of ['/metrics', '/health', '/users']) {
      const response = await fetch(`http://127.0.0.1:${hostile.url.port}${page}`);
      expect(response.status).toBe(200);
      note([...response.headers, await response.text()]);
    }
    note(hostile.log);
    expect(written.length).toBeGreaterThan(TOKENS.length * Object.keys(MESSAGES).length * 4);
    for (const answer of ['invalid_token', 'The token is invalid', 'Invalid token', '401']) {
      expect(written.join()).toContain(answer);
    }
    expect(hits()).toEqual([]);
  });

  it('would have been found', () => {
    note({ deep: [{ inside: TOKENS[0] }] });
    note(`a line with ${TOKENS[7]}`);
    expect(hits()).toHaveLength(2);
  });
});
