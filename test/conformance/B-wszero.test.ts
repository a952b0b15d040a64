import { describe, expect, it } from 'vitest';
import { tokenOf } from '../support/tokens.js';
import { answerTo, isSenders, type JsonFrame } from './support/foreign.js';
import { useTarget } from './support/target.js';

const target = useTarget();
const connect = () => target.open('/wszero');

describe('B.1 Messages', () => {
  it('have the event under op and the payload beside it, both ways', async () => {
    const peer = await connect();
    peer.send({ op: 'join', room: 'appendix-b' });
    expect(await answerTo(peer, { op: 'announce', text: 'hi', channel: 'appendix-b' })).toEqual({
      op: 'announce',
      text: 'hi',
      channel: 'appendix-b',
      from: expect.any(String) as string,
    });
  });

  it.each([
    [
      { op: 'add', a: 2, b: 3 },
      { op: 'add', data: 5 },
    ],
    [{ op: 'echo' }, { op: 'echo' }],
    [
      { op: 'echo', event: 'x', data: [1], id: 7 },
      { op: 'echo', event: 'x', data: [1], id: 7 },
    ],
    [{ op: 'rooms' }, { op: 'rooms', data: [] }],
  ])('%j is answered %j', async (question, answer) => {
    expect(await answerTo(await connect(), question)).toEqual(answer);
  });
});

describe('B.2 Errors', () => {
  it.each([
    ['{', 'The message is not valid JSON'],
    ['[]', 'The message is not a valid envelope'],
    ['{"event":"echo"}', 'The message is not a valid envelope'],
    ['{"op":""}', 'The message is not a valid envelope'],
    ['{"op":"nonsense"}', 'The event is unknown'],
    ['{"op":"add","a":1}', 'The payload is invalid'],
    ['{"op":"fail","kind":"throw"}', 'Internal server error'],
    [`{"op":"echo","a":${'['.repeat(40)}`, 'The message is nested too deeply'],
  ])('%s is answered with the text %j', async (frame, msg) => {
    expect(await answerTo(await connect(), frame)).toEqual({ op: 'error', msg });
  });
});

describe('B.3 Ids and acks', () => {
  it('do not exist: a handler that returns nothing is silent', async () => {
    const peer = await connect();
    peer.send({ op: 'join', room: 'appendix-b3', id: 1 });
    expect(await answerTo(peer, { op: 'echo', next: true })).toEqual({ op: 'echo', next: true });
  });

  it('are not missed by what the server asks: the request fails at once', async () => {
    expect(await answerTo(await connect(), { op: 'ask', question: 'Who?' })).toEqual({
      op: 'ask',
      refused: true,
    });
  });
});

describe('B.4 Subscriptions', () => {
  it('are all there without asking', async () => {
    const peer = await connect();
    const clock = await peer.next((frame) => (frame as JsonFrame)['op'] === 'clock');
    expect(clock).toEqual({ op: 'clock', n: expect.any(Number) as number });
  });

  it('can be ended', async () => {
    const peer = await connect();
    await peer.next((frame) => isSenders(frame as JsonFrame));
    peer.send({ op: 'unsubscribe', events: ['*'] });
    await answerTo(peer, { op: 'echo', marker: 1 });
    peer.send({ op: 'slow', ms: 250 });
    expect(await peer.next()).toEqual({ op: 'slow', ms: 250 });
  });
});

describe('B.5 Reserved names', () => {
  it.each(['connect', 'disconnect', 'error', 'pong', 'eval_js', 'presence_diff'])(
    'a client cannot send %s',
    async (op) => {
      expect(await answerTo(await connect(), { op })).toEqual({
        op: 'error',
        msg: 'The event is reserved',
      });
    },
  );

  it('ping is answered with pong and the same parameters', async () => {
    expect(await answerTo(await connect(), { op: 'ping', n: 1 })).toEqual({ op: 'pong', n: 1 });
  });
});

describe('B.6 Authentication', () => {
  it('is by a token in the address, or the op authenticate, which is silent', async () => {
    const isUser = (id: string): object => ({ op: 'whoami', user: { id } });
    const early = await target.open(`/wszero?token=${tokenOf('alice')}`);
    expect(await answerTo(early, { op: 'whoami' })).toMatchObject(isUser('alice'));
    const late = await connect();
    late.send({ op: 'authenticate', token: tokenOf('bob') });
    expect(await answerTo(late, { op: 'whoami' })).toMatchObject(isUser('bob'));
  });

  it('that fails is an error', async () => {
    expect(await answerTo(await connect(), { op: 'authenticate', token: 'nonsense' })).toEqual({
      op: 'error',
      msg: 'The token is invalid',
    });
    await expect(target.open('/wszero?token=nonsense')).rejects.toThrow('401');
  });
});

describe('B.7 Presence messages', () => {
  it('are not sent', async () => {
    const peer = await target.open(`/wszero?token=${tokenOf('alice')}`);
    peer.send({ op: 'show', room: 'appendix-b7' });
    // Longer than it takes until others are told.
    expect(await answerTo(peer, { op: 'slow', ms: 250 })).toEqual({ op: 'slow', ms: 250 });
  });
});
