import type { Type } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import type { Codec } from 'bounce-ws';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { FramePeer } from '../support/frame-peer.js';
import { RecordingLogger, startApp } from '../support/start-app.js';
import { readDocument } from './support/documents.js';
import { DocumentModules } from './support/modules.js';
import { WebSocket } from 'ws';

const LINES_OF_THE_CODEC = 10;

describe('docs/codecs.md', () => {
  const document = readDocument('docs/codecs.md');
  let modules: DocumentModules;

  beforeAll(async () => {
    modules = await DocumentModules.write(document);
  });

  afterAll(() => modules?.remove());

  async function load<T>(name: string): Promise<T> {
    for (const { fileName } of modules.snippets) {
      const exported = await modules.load(fileName);
      if (name in exported) return exported[name] as T;
    }
    throw new Error(`Nothing in the document is called ${name}`);
  }

  /** Starts one of the document's modules. */
  async function start(name: string): Promise<{ url: string; close: () => Promise<void> }> {
    const module = await load<Type>(name);
    const app = await NestFactory.create(module, { logger: new RecordingLogger() });
    await app.listen(0, '127.0.0.1');
    return {
      url: (await app.getUrl()).replace('http', 'ws'),
      close: () => app.close(),
    };
  }

  it('shows a codec in ten lines, and it works', async () => {
    const { code } = document.blocks.find((block) => block.code.includes('// src/line.codec.ts'))!;
    const body = code.slice(code.indexOf('export const')).split('\n');
    expect(body.length).toBeLessThanOrEqual(LINES_OF_THE_CODEC);

    const { url, close } = await start('LineModule');
    const socket = new WebSocket(`${url}/line`);
    const lines: string[] = [];
    socket.on('message', (data: Buffer) => lines.push(data.toString()));
    await new Promise((resolve) => socket.once('open', resolve));
    socket.send('announce {"text":"hi"}');
    socket.send('announce');
    socket.send('announce {');
    socket.send(`announce {"text":${'['.repeat(40)}`);
    await expect.poll(() => lines.length).toBe(4);
    const error = (name: string, message: string) =>
      `error ${JSON.stringify({ code: name, message })}`;
    expect(lines.toSorted()).toEqual(
      [
        'announce {"text":"hi"}',
        error('bad_envelope', 'The message is not a valid envelope'),
        error('bad_json', 'The message is not valid JSON'),
        error('too_deep', 'The message is nested too deeply'),
      ].toSorted(),
    );
    await close();
  });

  it('shows a custom codec beside the default one', async () => {
    const line = { ...(await load<Codec>('lineCodec')), subprotocol: 'line' };
    const { app, url } = await startApp({
      options: { endpoints: [{ path: '/', codec: ['bounce', line] }] },
    });
    const peer = await FramePeer.connect(url, 'line');
    expect(peer.socket.protocol).toBe('line');
    await app.close();
  });

  it('shows one gateway for all formats', async () => {
    const { url, close } = await start('ChatModule');
    const zero = await FramePeer.connect(`${url}/wszero`);
    const bazis = await FramePeer.connect(`${url}/bazis`);
    const ours = await FramePeer.connect(`${url}/ws`);
    const micro = await FramePeer.connect(`${url}/microsockets`);
    zero.send({ op: 'announce', text: 'hi' });
    expect(await zero.next()).toEqual({ op: 'announce', text: 'hi' });
    expect(await bazis.next()).toEqual({ type: 'data', data: { text: 'hi' } });
    expect(await ours.next()).toMatchObject({ event: 'announce', data: { text: 'hi' } });
    expect(await micro.next()).toEqual({ event: 'announce', payload: '{"text":"hi"}' });
    await close();
  });

  it('shows how a handler takes a plain string', async () => {
    const { app, url } = await startApp({
      providers: [await load<Type>('NoteGateway')],
      options: { endpoints: [{ path: '/', codec: 'microsockets' }] },
    });
    const peer = await FramePeer.connect(url);
    peer.send({ event: 'note', payload: 'milk' });
    expect(await peer.next()).toEqual({ event: 'note', payload: 'noted: milk' });
    peer.send({ event: 'note', payload: '42' });
    expect(await peer.next()).toMatchObject({ event: 'error' });
    peer.send({ event: 'note', payload: '"42"' });
    expect(await peer.next()).toEqual({ event: 'note', payload: 'noted: 42' });
    await app.close();
  });

  it('shows a client that speaks MessagePack', async () => {
    const { url, close } = await start('ChatModule');
    const connect = await load<(at: string) => import('bounce-ws/client').BounceClient>('connect');
    const client = connect(`${url}/ws`);
    const announced = new Promise((resolve) => {
      client.on('announce', resolve);
    });
    client.emit('announce', { text: 'packed' });
    expect(await announced).toEqual({ text: 'packed' });
    client.close();
    await close();
  });

  it('shows events by name for bazis-ws', async () => {
    const { url, close } = await start('NamedEventsModule');
    const peer = await FramePeer.connect(`${url}/bazis`);
    peer.send({ type: 'ping' });
    expect(await peer.next()).toEqual({ type: 'pong' });
    await close();
  });
});
