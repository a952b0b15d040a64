import { describe, expect, it } from 'vitest';
import { answerTo } from '../conformance/support/dialogue.js';
import { useHostileApp } from './support/hostile-app.js';

const hostile = useHostileApp();

const nested = (depth: number): string => '['.repeat(depth) + ']'.repeat(depth);
const message = (rest: string): string => `{"event":"echo","id":1,${rest}}`;

/** The messages, and what each of them is answered. */
const ANSWERS: readonly (readonly [text: string, code: string])[] = [
  ['{', 'bad_json'],
  ['\uFEFF{"event":"echo"}', 'bad_json'],
  ['{"event":"echo"}x', 'bad_json'],
  ['', 'bad_json'],
  ['{"event":"echo",}', 'bad_json'],
  ["{'event':'echo'}", 'bad_json'],
  ['null', 'bad_envelope'],
  ['1', 'bad_envelope'],
  ['[]', 'bad_envelope'],
  ['"echo"', 'bad_envelope'],
  ['{}', 'bad_envelope'],
  ['{"event":1}', 'bad_envelope'],
  ['{"event":["echo"]}', 'bad_envelope'],
  ['{"event":{"toString":1}}', 'bad_envelope'],
  ['{"event":null}', 'bad_envelope'],
  ['{"event":""}', 'bad_envelope'],
  [`{"event":"${'x'.repeat(129)}"}`, 'bad_envelope'],
  ['{"event":"a\\u0000b"}', 'bad_envelope'],
  ['{"event":"a\\r\\nb"}', 'bad_envelope'],
  ['{"event":"\\ud800"}', 'bad_envelope'],
  ['{"event":"echo","id":1.5}', 'bad_envelope'],
  ['{"event":"echo","id":{}}', 'bad_envelope'],
  [`{"event":"echo","id":"${'x'.repeat(65)}"}`, 'bad_envelope'],
  ['{"event":"__proto__"}', 'unknown_event'],
  ['{"event":"constructor"}', 'unknown_event'],
  ['{"event":"toString"}', 'unknown_event'],
  ['{"event":"hasOwnProperty"}', 'unknown_event'],
  ['{"event":"connect"}', 'reserved_event'],
  ['{"event":"eval_js","data":{"script":"1"}}', 'reserved_event'],
  ['{"event":"error"}', 'reserved_event'],
  ...[
    { room: 'witness', limit: 1e9 },
    { rooms: [], limit: -1 },
    { rooms: [], limit: 1.5 },
    { rooms: [{ room: 'witness', epoch: 'another room', offset: 0.5 }] },
  ].map((data) => [JSON.stringify({ event: 'hello', data }), 'invalid_payload'] as const),
  ['{"event":"broadcast","data":{"to":"witness"}}', 'unknown_event'],
  ['{"event":"emit","data":{"room":"witness"}}', 'unknown_event'],
  [message('"timestamp":"now"'), 'bad_timestamp'],
  [message('"timestamp":{}'), 'bad_timestamp'],
  [message('"timestamp":"2026-02-30T00:00:00"'), 'bad_timestamp'],
  [message('"timestamp":"-0001-01-01T00:00:00"'), 'bad_timestamp'],
  [message('"timestamp":1e308'), 'bad_timestamp'],
  [message('"timestamp":-1'), 'bad_timestamp'],
  [message(`"data":${nested(33)}`), 'too_deep'],
  [message(`"data":${nested(1_000)}`), 'too_deep'],
  [message(`"data":${nested(30_000)}`), 'too_deep'],
  ['['.repeat(60_000), 'too_deep'],
  ['{"event":"subscribe","data":"news"}', 'invalid_payload'],
  ['{"event":"subscribe","data":{"events":"news"}}', 'invalid_payload'],
  ['{"event":"subscribe","data":{"events":[1]}}', 'invalid_payload'],
  ['{"event":"subscribe","data":{"events":[["news"]]}}', 'invalid_payload'],
  ['{"event":"subscribe","data":{"events":["news","nothing"]}}', 'unknown_event'],
  [
    `{"event":"subscribe","data":{"events":[${Array(5_000).fill('"news"').join()}]}}`,
    'limit_exceeded',
  ],
  ['{"event":"add","data":{"a":1}}', 'invalid_payload'],
  ['{"event":"add","data":{"a":1,"b":"2"}}', 'invalid_payload'],
  ['{"event":"add","data":[1,2]}', 'invalid_payload'],
  ['{"event":"add","data":null}', 'invalid_payload'],
  ['{"event":"add","data":{"__proto__":{"a":1,"b":2}}}', 'invalid_payload'],
  ['{"event":"join","data":{"room":"a\\u0000b"}}', 'invalid_payload'],
  ['{"event":"join","data":{"room":"a\\r\\nb"}}', 'invalid_payload'],
  ['{"event":"join","data":{"room":"*"}}', 'invalid_payload'],
  ['{"event":"join","data":{"room":"roo?"}}', 'invalid_payload'],
  ['{"event":"join","data":{"room":"[a-z]"}}', 'invalid_payload'],
  ['{"event":"join","data":{"room":{"toString":"x"}}}', 'invalid_payload'],
  [`{"event":"join","data":{"room":"${'x'.repeat(65_000)}"}}`, 'invalid_payload'],
  [`{"event":"join","data":{"room":"${'a!'.repeat(30_000)}"}}`, 'invalid_payload'],
  ['{"event":"guarded"}', 'forbidden'],
  ...['throw', 'reject', 'null', 'circular', 'bigint'].map(
    (kind) => [`{"event":"fail","data":{"kind":"${kind}"}}`, 'internal_error'] as const,
  ),
];
const SHOWN = 60;

describe('a message', () => {
  it.each(ANSWERS.map(([text, code]) => [text.slice(0, SHOWN), code, text] as const))(
    '%s is answered %s at once, and the next one is handled',
    async (_shown, code, text) => {
      const peer = await hostile.connect();
      const startedAt = performance.now();
      const answer = await answerTo(peer, text);
      expect(performance.now() - startedAt).toBeLessThan(100);
      expect(answer).toMatchObject({ event: 'error', data: { code } });
      expect(JSON.stringify(answer)).not.toContain('secret');
      expect((await peer.request('add', { a: 1, b: 2 })).data).toBe(3);
    },
  );

  it('nested 30 000 deep costs less than 5 ms', async () => {
    const peer = await hostile.connect();
    const text = message(`"data":${nested(30_000)}`);
    const times: number[] = [];
    for (let n = 0; n < 7; n++) {
      const startedAt = performance.now();
      await answerTo(peer, text);
      times.push(performance.now() - startedAt);
    }
    // What it costs; the others are what the machine did besides.
    expect(Math.min(...times)).toBeLessThan(5);
  });

  it('with keys of prototypes is inert: they come back as what they are', async () => {
    const peer = await hostile.connect();
    const data = '{"__proto__":{"polluted":1},"constructor":{"prototype":{"polluted":1}}}';
    const answer = await answerTo(peer, message(`"data":${data}`));
    expect(JSON.stringify(answer.data)).toBe(data);
    expect(Reflect.get({}, 'polluted')).toBeUndefined();
    for (const room of ['__proto__', 'constructor', 'toString']) {
      expect((await peer.request('join', { room })).event).toBe('ack');
      expect((await peer.request('leave', { room })).event).toBe('ack');
    }
  });

  it('from the year 9999 locks nobody out: true ones that follow are handled', async () => {
    const [peer, other] = [await hostile.connect(), await hostile.connect()];
    const move = { x: 1, y: 1 };
    peer.send('move', move, { id: 1, timestamp: '9999-12-31T23:59:59' });
    expect((await peer.next()).event).toBe('ack');
    for (const one of [peer, other]) {
      for (let n = 2; n < 12; n++) {
        one.send('move', move, { id: n, timestamp: new Date().toISOString() });
        expect(await one.next()).toMatchObject({ event: 'ack', id: n });
      }
    }
  });

  it('may have the timestamp of 99 others', async () => {
    const peer = await hostile.connect();
    const timestamp = new Date().toISOString();
    for (let id = 0; id < 100; id++) peer.send('move', { x: id, y: 0 }, { id, timestamp });
    for (let id = 0; id < 100; id++) expect(await peer.next()).toMatchObject({ event: 'ack', id });
  });

  it('whose handler never settles is answered timeout, and the next one is handled', async () => {
    const peer = await hostile.connect({ timeoutMs: 14_000 });
    const never = peer.request('fail', { kind: 'never' });
    const next = peer.request('add', { a: 1, b: 2 });
    expect((await never).data).toMatchObject({ code: 'timeout' });
    expect((await next).data).toBe(3);
  });
});

describe('ten bad messages', () => {
  it('in ten seconds close with 4400', async () => {
    const peer = await hostile.connect();
    for (let n = 0; n < 10; n++) peer.sendRaw('{');
    expect((await peer.closed).code).toBe(4400);
  });
});
