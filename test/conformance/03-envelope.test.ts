import { describe, expect, it } from 'vitest';
import { answerTo } from './support/dialogue.js';
import { errorData } from './support/errors.js';
import { useTarget } from './support/target.js';

const target = useTarget();

const SERVER_TIMESTAMP = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}$/;

describe('3 The envelope', () => {
  it('answers with exactly event, id, data and timestamp', async () => {
    const peer = await target.connect();
    expect(await answerTo(peer, '{"event":"add","id":1,"data":{"a":2,"b":3}}')).toEqual({
      event: 'ack',
      id: 1,
      data: 5,
      timestamp: expect.stringMatching(SERVER_TIMESTAMP),
    });
  });

  it('sends messages that are no answers without an id', async () => {
    const peer = await target.connect();
    expect(await answerTo(peer, '{"event":"add","data":{"a":2,"b":3}}')).toEqual({
      event: 'add',
      data: 5,
      timestamp: expect.stringMatching(SERVER_TIMESTAMP),
    });
  });

  it.each([
    ['white space around everything', ' \t\r\n{ "event" : "echo" , "id" : 1 , "data" : "x" }\n'],
    ['keys in another order', '{"data":"x","id":1,"event":"echo"}'],
    ['keys nobody knows', '{"event":"echo","id":1,"data":"x","foo":[1],"__proto__":{"id":2}}'],
    ['a key that occurs twice', '{"event":"add","event":"echo","id":1,"data":"y","data":"x"}'],
    ['escapes', '{"\\u0065vent":"\\u0065cho","id":1,"data":"\\u0078"}'],
    ['an error that means nothing here', '{"event":"echo","id":1,"data":"x","error":{}}'],
  ])('takes %s', async (_what, frame) => {
    const peer = await target.connect();
    expect(await answerTo(peer, frame)).toMatchObject({ event: 'ack', id: 1, data: 'x' });
  });

  it.each([
    '{}',
    '[]',
    '""',
    '0',
    'null',
    'true',
    '-1.5',
    '1e308',
    '[1,[2,{"a":null}]]',
    '"\\u0000"',
    '"\\ud800"',
    '"\u2028"',
    '{"__proto__":{"x":1},"constructor":1,"toString":null,"hasOwnProperty":0}',
    '{"":""}',
    '"</script>"',
  ])('carries the payload %s there and back', async (json) => {
    const peer = await target.connect();
    const answer = await answerTo(peer, `{"event":"echo","id":1,"data":${json}}`);
    expect(answer.event).toBe('ack');
    expect(JSON.stringify(answer.data)).toBe(JSON.stringify(JSON.parse(json)));
  });

  it('takes absent data for {}', async () => {
    const peer = await target.connect();
    expect((await peer.request('echo')).data).toEqual({});
  });
});

describe('3.1 event', () => {
  it.each([
    'a',
    'x'.repeat(128),
    '😀'.repeat(64),
    'two words',
    'Ünïcode',
    'ECHO',
    ' echo',
    '"quoted\\"',
    '*',
    '__proto__',
    'constructor',
    'toString',
    'hasOwnProperty',
  ])('takes %j for a name, though no handler has it', async (event) => {
    const peer = await target.connect();
    expect(await peer.request(event)).toMatchObject({
      event: 'error',
      data: errorData('unknown_event', { event }),
    });
  });

  it.each([
    ['is missing', undefined],
    ['is null', null],
    ['is a number', 1],
    ['is a boolean', true],
    ['is an array', ['echo']],
    ['is an object', { echo: 1 }],
    ['is empty', ''],
    ['has 129 characters', 'x'.repeat(129)],
    ['has 65 characters of two code units', '😀'.repeat(65)],
    ['has 60 000 characters', 'x'.repeat(60_000)],
    ['has a NUL', 'ec\u0000ho'],
    ['has a line feed', 'echo\n'],
    ['has a DEL', 'echo\u007f'],
    ['has a C1 control character', 'echo\u0085'],
    ['begins with half a surrogate pair', '\udc00echo'],
    ['ends with half a surrogate pair', 'echo\ud800'],
  ])('answers bad_envelope when it %s', async (_what, event) => {
    const peer = await target.connect();
    expect(await answerTo(peer, JSON.stringify({ event, id: 1 }))).toEqual({
      event: 'error',
      id: 1,
      data: errorData('bad_envelope'),
      timestamp: expect.stringMatching(SERVER_TIMESTAMP),
    });
  });
});

describe('3.2 id', () => {
  it.each([
    '0',
    '1',
    '-1',
    '9007199254740991',
    '-9007199254740991',
    '"1"',
    '"x"',
    '" "',
    '"\\u0000"',
    '"\\ud800"',
    '"__proto__"',
    JSON.stringify('x'.repeat(64)),
    JSON.stringify('😀'.repeat(32)),
  ])('comes back in the answer as it was sent: %s', async (id) => {
    const peer = await target.connect();
    const ack = await answerTo(peer, `{"event":"echo","id":${id}}`);
    const error = await answerTo(peer, `{"event":"nobody","id":${id}}`);
    expect(JSON.stringify([ack.id, error.id])).toBe(`[${id},${id}]`);
  });

  it.each([
    'null',
    'true',
    '1.5',
    '9007199254740992',
    '-9007199254740992',
    '1e308',
    '""',
    '[]',
    '{}',
    '[1]',
    JSON.stringify('x'.repeat(65)),
    JSON.stringify('😀'.repeat(33)),
  ])('answers bad_envelope, without an id, when it is %s', async (id) => {
    const peer = await target.connect();
    expect(await answerTo(peer, `{"event":"echo","id":${id}}`)).toEqual({
      event: 'error',
      data: errorData('bad_envelope'),
      timestamp: expect.stringMatching(SERVER_TIMESTAMP),
    });
  });
});

describe('3.3 JSON', () => {
  it.each([
    ['nothing', ''],
    ['white space', ' \n'],
    ['half an object', '{'],
    ['half an envelope', '{"event":"echo"'],
    ['a byte order mark', '\ufeff{"event":"echo"}'],
    ['trailing text', '{"event":"echo"} x'],
    ['two objects', '{"event":"echo"}{"event":"echo"}'],
    ['a trailing comma', '{"event":"echo",}'],
    ['single quotes', "{'event':'echo'}"],
    ['a key without quotes', '{event:"echo"}'],
    ['a comment', '{"event":"echo"/**/}'],
    ['a control character in a string', '{"event":"echo","data":"\n"}'],
    ['NaN', '{"event":"echo","data":NaN}'],
    ['a leading zero', '{"event":"echo","data":01}'],
    ['a word', 'echo'],
    ['a wrong escape', '{"event":"ec\\ho"}'],
  ])('answers bad_json to %s', async (_what, frame) => {
    const peer = await target.connect();
    expect(await answerTo(peer, frame)).toEqual({
      event: 'error',
      data: errorData('bad_json'),
      timestamp: expect.stringMatching(SERVER_TIMESTAMP),
    });
  });

  it.each(['null', '1', '"echo"', 'true', '[]', '[{"event":"echo"}]', '{}'])(
    'answers bad_envelope to %s',
    async (frame) => {
      const peer = await target.connect();
      expect(await answerTo(peer, frame)).toMatchObject({
        event: 'error',
        data: errorData('bad_envelope'),
      });
    },
  );
});
