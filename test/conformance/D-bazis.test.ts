import { describe, expect, it } from 'vitest';
import { epoch, tokenOf } from '../support/tokens.js';
import { answerTo, isSenders, type JsonFrame } from './support/foreign.js';
import { useTarget } from './support/target.js';

const target = useTarget();
const connect = () => target.open('/bazis');

describe('D.1 From a client', () => {
  it('comes a ping, answered with a pong and nothing else in it', async () => {
    expect(await answerTo(await connect(), { type: 'ping' })).toEqual({ type: 'pong' });
  });

  it.each([
    [{ type: 'add', a: 2, b: 3 }, 5],
    [
      { type: 'echo', text: 'hi', token: 'x' },
      { text: 'hi', token: 'x' },
    ],
    [{ type: 'rooms' }, []],
  ])('comes %j, answered with %j', async (question, data) => {
    expect(await answerTo(await connect(), question)).toEqual({ type: 'data', data });
  });
});

describe('D.2 To a client', () => {
  it('everything that is emitted is data', async () => {
    const peer = await connect();
    peer.send({ type: 'join', room: 'appendix-d' });
    expect(await answerTo(peer, { type: 'announce', text: 'hi', channel: 'appendix-d' })).toEqual({
      type: 'data',
      data: { text: 'hi', channel: 'appendix-d', from: expect.any(String) as string },
    });
  });
});

describe('D.3 Errors', () => {
  it.each([
    ['{', 'bad_json', 'The message is not valid JSON'],
    ['null', 'bad_envelope', 'The message is not a valid envelope'],
    ['{"data":1}', 'bad_envelope', 'The message is not a valid envelope'],
    ['{"type":1}', 'bad_envelope', 'The message is not a valid envelope'],
    ['{"type":"nonsense"}', 'unknown_event', 'The event is unknown'],
    ['{"type":"connect"}', 'reserved_event', 'The event is reserved'],
    ['{"type":"add","a":1}', 'invalid_payload', 'The payload is invalid'],
    ['{"type":"fail","kind":"reject"}', 'internal_error', 'Internal server error'],
  ])('%s is answered %s, %j', async (frame, code, detail) => {
    expect(await answerTo(await connect(), frame)).toEqual({ type: 'error', code, detail });
  });
});

describe('D.4 Ids and acks', () => {
  it('do not exist: a handler that returns nothing is silent', async () => {
    const peer = await connect();
    peer.send({ type: 'join', room: 'appendix-d4', id: 1 });
    expect(await answerTo(peer, { type: 'ping' })).toEqual({ type: 'pong' });
  });
});

describe('D.5 Subscriptions', () => {
  it('are all there without asking', async () => {
    const peer = await connect();
    const sent = await peer.next((frame) => isSenders(frame as JsonFrame));
    expect(sent).toEqual({ type: 'data', data: { n: expect.any(Number) as number } });
  });
});

describe('D.6 Authentication', () => {
  const expired = tokenOf('alice', { exp: epoch(-60) });
  const whoami = { type: 'whoami' };
  const isUser = (id: string | null): object => ({
    type: 'data',
    data: { id: expect.any(String) as string, user: id === null ? null : { id } },
  });

  it('is by a token in the address, or in a message', async () => {
    const known = await target.open(`/bazis?token=${tokenOf('alice')}`);
    expect(await answerTo(known, whoami)).toMatchObject(isUser('alice'));
    const unknown = await connect();
    expect(await answerTo(unknown, whoami)).toMatchObject(isUser(null));
    unknown.send({ token: tokenOf('bob') });
    expect(await answerTo(unknown, whoami)).toMatchObject(isUser('bob'));
  });

  it.each([
    ['nonsense', 'invalid_token', 'Invalid token'],
    [expired, 'expired_token', 'Token expired'],
    [tokenOf('dora'), 'user_not_found', 'User not found'],
  ])('that fails leaves the connection without a user: %#', async (token, code, detail) => {
    const error = { type: 'error', code, detail };
    const early = await target.open(`/bazis?token=${token}`);
    expect(await early.next()).toEqual(error);
    expect(await answerTo(early, whoami)).toMatchObject(isUser(null));
    const late = await connect();
    expect(await answerTo(late, { token })).toEqual(error);
    expect(await answerTo(late, whoami)).toMatchObject(isUser(null));
  });
});

describe('D.7 Presence messages', () => {
  it('are not sent', async () => {
    const peer = await target.open(`/bazis?token=${tokenOf('alice')}`);
    peer.send({ type: 'show', room: 'appendix-d7' });
    // Longer than it takes until others are told.
    expect(await answerTo(peer, { type: 'slow', ms: 250 })).toEqual({
      type: 'data',
      data: { ms: 250 },
    });
  });
});
