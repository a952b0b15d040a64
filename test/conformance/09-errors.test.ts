import { describe, expect, it } from 'vitest';
import { answerTo } from './support/dialogue.js';
import { errorData } from './support/errors.js';
import { useTarget } from './support/target.js';

const target = useTarget();

const timestamp = expect.any(String);
const SENTINEL = 'sentinel-7d1f';

const internal = errorData('internal_error', { event: 'fail' });

describe('9 Errors', () => {
  it.each([
    ['throw', internal],
    ['reject', internal],
    ['null', internal],
    [
      'ws',
      errorData('internal_error', { event: 'fail', details: { message: 'refused on purpose' } }),
    ],
    ['http', internal],
    ['circular', internal],
    ['bigint', internal],
  ])('answers to the failure "%s", and handles the next message', async (kind, data) => {
    const peer = await target.connect();
    peer.send('fail', { kind }, { id: 1 });
    peer.send('fail', { kind });
    peer.send('add', { a: 1, b: 2 }, { id: 2 });
    expect(await peer.next()).toEqual({ event: 'error', id: 1, data, timestamp });
    expect(await peer.next()).toEqual({ event: 'error', data, timestamp });
    expect(await peer.next()).toEqual({ event: 'ack', id: 2, data: 3, timestamp });
  });

  it('names the field the application refused', async () => {
    const peer = await target.connect();
    for (const kind of ['else', '__proto__', 'constructor']) {
      expect((await peer.request('fail', { kind })).data).toEqual(
        errorData('invalid_payload', {
          event: 'fail',
          details: { fields: [{ field: 'kind', reason: expect.any(String) }] },
        }),
      );
    }
  });

  it('answers forbidden for a guard that says no', async () => {
    const peer = await target.connect();
    expect((await peer.request('guarded')).data).toEqual(
      errorData('forbidden', { event: 'guarded' }),
    );
  });

  it('does not end the connection with an error', async () => {
    const peer = await target.connect();
    for (let count = 0; count < 30; count++) {
      await peer.request('nobody');
      await peer.request('add', { a: 'x' });
      await peer.request('guarded');
      await peer.request('connect');
      await peer.request('fail', { kind: 'throw' });
    }
    expect(await peer.request('add', { a: 1, b: 2 })).toMatchObject({ data: 3 });
  });
});

describe('9.1 What an error does not carry', () => {
  it.each([
    ['bad JSON', `{"event":"echo","data":"${SENTINEL}"`],
    ['a bad envelope', `{"event":5,"data":"${SENTINEL}"}`],
    ['a bad event', `{"event":"${SENTINEL}\\n"}`],
    ['a bad id', `{"event":"echo","id":["${SENTINEL}"]}`],
    ['a bad timestamp', `{"event":"echo","timestamp":"${SENTINEL}"}`],
    ['a message that is too deep', `{"event":"echo","data":${'['.repeat(40)}"${SENTINEL}"`],
    ['an unknown event', `{"event":"nobody","data":"${SENTINEL}"}`],
    ['a reserved event', `{"event":"hello","data":"${SENTINEL}"}`],
    ['a wrong parameter', `{"event":"add","data":{"a":"${SENTINEL}","b":1}}`],
    ['a payload that is no object', `{"event":"add","data":"${SENTINEL}"}`],
    [
      'a wrong DTO',
      `{"event":"profile","data":{"name":"${SENTINEL}-is-much-too-long","age":"${SENTINEL}"}}`,
    ],
    ['a wrong subscribe', `{"event":"subscribe","data":{"events":"${SENTINEL}"}}`],
    ['a wrong room', `{"event":"join","data":{"room":"${SENTINEL} "}}`],
    ['a refused message', `{"event":"guarded","data":"${SENTINEL}"}`],
    ['a failing handler', `{"event":"fail","data":{"kind":"throw","x":"${SENTINEL}"}}`],
  ])('is the payload of %s', async (_what, frame) => {
    const peer = await target.connect();
    const answer = await answerTo(peer, frame);
    expect(answer.event).toBe('error');
    expect(JSON.stringify(answer)).not.toContain(SENTINEL);
  });

  it.each(['throw', 'reject', 'http'])('is the text of the exception behind "%s"', async (kind) => {
    const peer = await target.connect();
    const answer = await peer.request('fail', { kind });
    expect(JSON.stringify(answer)).not.toMatch(/secret|stack|Error:/);
  });
});
