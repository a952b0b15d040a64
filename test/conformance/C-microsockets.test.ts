import { randomUUID } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { errorData } from './support/errors.js';
import { tokenOf } from '../support/tokens.js';
import { answerTo, type JsonFrame } from './support/foreign.js';
import { useTarget } from './support/target.js';

const target = useTarget();
const connect = () => target.open('/microsockets');

/** Sends an event with a payload and returns the payload of the answer. */
async function payloadOf(event: string, payload?: unknown): Promise<unknown> {
  const answer = (await answerTo(await connect(), { event, payload })) as JsonFrame;
  expect(Object.keys(answer)).toEqual(['event', 'payload']);
  return answer['payload'];
}

describe('C.1 Messages', () => {
  it('have the event and its payload as JSON in a string, both ways', async () => {
    const peer = await connect();
    peer.send({ event: 'join', payload: '{"room":"appendix-c"}' });
    const announce = JSON.stringify({ text: 'hi', channel: 'appendix-c' });
    const { payload } = (await answerTo(peer, {
      event: 'announce',
      payload: announce,
    })) as JsonFrame;
    expect(JSON.parse(String(payload))).toMatchObject({ text: 'hi', channel: 'appendix-c' });
  });
});

describe('C.2 Payloads of a client', () => {
  it.each([
    ['{"a":2,"b":3}', '5'],
    [{ a: 2, b: 3 }, '5'],
  ])('%j has parameters', async (payload, sum) => {
    expect(await payloadOf('add', payload)).toBe(sum);
  });

  it.each([
    ['hi', 'hi'],
    ['', ''],
    ['{half', '{half'],
    ['42', '42'],
    ['"quoted"', 'quoted'],
    [42, '42'],
    [[1, { a: null }], '[1,{"a":null}]'],
    [undefined, '{}'],
  ])('%j comes back as %j', async (payload, answer) => {
    expect(await payloadOf('echo', payload)).toBe(answer);
  });

  it('that are plain strings have no parameters', async () => {
    expect(JSON.parse(String(await payloadOf('join', 'gamers')))).toEqual(
      errorData('invalid_payload', {
        event: 'join',
        details: { fields: [{ field: '', reason: 'must be an object' }] },
      }),
    );
  });

  it('may nest 32 levels, inside a string as outside of one', async () => {
    const deepest = '['.repeat(32) + ']'.repeat(32);
    expect(await payloadOf('echo', deepest)).toBe(deepest);
    const tooDeep = JSON.stringify(errorData('too_deep'));
    expect(await payloadOf('echo', `[${deepest}]`)).toBe(tooDeep);
    expect(await payloadOf('echo', JSON.parse(`[${deepest}]`))).toBe(tooDeep);
  });
});

describe('C.4 Errors', () => {
  it.each([
    ['hello', errorData('bad_json')],
    ['"hello"', errorData('bad_envelope')],
    ['{"payload":"1"}', errorData('bad_envelope')],
    ['{"event":"nonsense"}', errorData('unknown_event', { event: 'nonsense' })],
    ['{"event":"connect"}', errorData('reserved_event', { event: 'connect' })],
    [
      '{"event":"fail","payload":"{\\"kind\\":\\"throw\\"}"}',
      errorData('internal_error', { event: 'fail' }),
    ],
  ])('%s is answered %j', async (frame, data) => {
    expect(await answerTo(await connect(), frame)).toEqual({
      event: 'error',
      payload: JSON.stringify(data),
    });
  });
});

describe('C.5 Ids and acks', () => {
  it('do not exist: a handler that returns nothing is silent', async () => {
    const peer = await connect();
    peer.send({ event: 'join', payload: '{"room":"appendix-c5"}', id: 1 });
    expect(await answerTo(peer, { event: 'ping' })).toEqual({ event: 'pong', payload: '{}' });
  });
});

describe('C.6 Subscriptions', () => {
  it('are all there without asking', async () => {
    const peer = await connect();
    const clock = await peer.next((frame) => (frame as JsonFrame)['event'] === 'clock');
    expect(clock).toEqual({
      event: 'clock',
      payload: expect.stringMatching(/^\{"n":\d+\}$/) as string,
    });
  });
});

describe('C.7 Authentication', () => {
  it('is by a token in the address, or the event authenticate, which is silent', async () => {
    const whoami = { event: 'whoami' };
    const early = await target.open(`/microsockets?token=${tokenOf('alice')}`);
    expect(JSON.stringify(await answerTo(early, whoami))).toContain('alice');
    const late = await connect();
    late.send({ event: 'authenticate', payload: JSON.stringify({ token: tokenOf('bob') }) });
    expect(JSON.stringify(await answerTo(late, whoami))).toContain('bob');
  });

  it('lets a user show up in a room, and presence messages are sent', async () => {
    const room = `appendix-c-${randomUUID()}`;
    const peer = await target.open(`/microsockets?token=${tokenOf('alice')}`);
    expect(await answerTo(peer, { event: 'show', payload: JSON.stringify({ room }) })).toEqual({
      event: 'presence_state',
      payload: JSON.stringify({ room, members: [{ user: 'alice', meta: {} }] }),
    });
  });

  it('that fails is an error', async () => {
    const bad = { event: 'authenticate', payload: '{"token":"nonsense"}' };
    expect(await answerTo(await connect(), bad)).toEqual({
      event: 'error',
      payload: JSON.stringify(errorData('invalid_token', { event: 'authenticate' })),
    });
  });
});
