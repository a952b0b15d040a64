import { describe, expect, it } from 'vitest';
import { settled } from './support/dialogue.js';
import { useTarget } from './support/target.js';

const target = useTarget();

describe('6.5 Requests of the server', () => {
  it('carry an id, and the ack with that id is the answer', async () => {
    const peer = await target.connect();
    peer.send('ask', { question: 'How are you?' }, { id: 1 });
    const question = await peer.next();
    expect(question).toEqual({
      event: 'question',
      id: expect.stringMatching(/^s\d+$/),
      data: { question: 'How are you?' },
      timestamp: expect.any(String),
    });
    peer.send('ack', { mood: 'fine' }, { id: question.id });
    expect(await peer.next()).toMatchObject({
      event: 'ack',
      id: 1,
      data: { answer: { mood: 'fine' } },
    });
  });

  it.each(['null', '0', '"fine"', '[1]', '{"event":"x","data":1}'])(
    'take the answer %s as it is',
    async (json) => {
      const peer = await target.connect();
      peer.send('ask', { question: '?' }, { id: 1 });
      const { id } = await peer.next();
      peer.sendRaw(`{"event":"ack","id":${JSON.stringify(id)},"data":${json}}`);
      expect((await peer.next()).data).toEqual({ answer: JSON.parse(json) });
    },
  );

  it('take an answer without data for {}', async () => {
    const peer = await target.connect();
    peer.send('ask', { question: '?' }, { id: 1 });
    peer.send('ack', undefined, { id: (await peer.next()).id });
    expect((await peer.next()).data).toEqual({ answer: {} });
  });

  it.each([
    { code: 'unknown_event', message: 'The event is unknown' },
    { code: 'of_my_own', message: 'x' },
    {},
    null,
    'no',
  ])('fail when the client answers with the error %j', async (error) => {
    const peer = await target.connect();
    peer.send('ask', { question: '?' }, { id: 1 });
    peer.send('ack', { ignored: true }, { id: (await peer.next()).id, error });
    expect(await peer.next()).toMatchObject({ event: 'ack', id: 1, data: { refused: true } });
  });

  it('have ids of their own, independent of those of the client', async () => {
    const peer = await target.connect();
    const ids = new Set<unknown>();
    for (const id of ['s1', 's2', 's3']) {
      peer.send('ask', { question: '?' }, { id });
      const question = await peer.next();
      ids.add(question.id);
      peer.send('ack', id, { id: question.id });
      expect(await peer.next()).toMatchObject({ event: 'ack', id, data: { answer: id } });
    }
    expect(ids.size).toBe(3);
  });

  it('go to the client that was asked and take the answer from nobody else', async () => {
    const [ann, ben] = [await target.connect(), await target.connect()];
    ann.send('ask', { question: '?' }, { id: 1 });
    const { id } = await ann.next();
    ben.send('ack', 'mine', { id });
    expect(await settled(ben)).toEqual([]);
    ann.send('ack', 'hers', { id });
    expect((await ann.next()).data).toEqual({ answer: 'hers' });
  });

  it.each(['s999', 's1', 1, '__proto__', ''])(
    'ignore an ack nobody waits for, of the id %j',
    async (id) => {
      const peer = await target.connect();
      peer.send('ack', 'x', id === '' ? {} : { id });
      expect(await settled(peer)).toEqual([]);
    },
  );

  it('ignore a second ack', async () => {
    const peer = await target.connect();
    peer.send('ask', { question: '?' }, { id: 1 });
    const { id } = await peer.next();
    peer.send('ack', 'first', { id });
    peer.send('ack', 'second', { id });
    expect((await peer.next()).data).toEqual({ answer: 'first' });
    expect(await settled(peer)).toEqual([]);
  });
});
