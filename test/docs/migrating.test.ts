import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { INestApplication, Type } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import type { BounceClient } from 'bounce-ws/client';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { openPage } from '../support/foreign-clients/pages.js';
import {
  BazisPythonClient,
  BouncePythonClient,
} from '../support/foreign-clients/python-clients.js';
import { FramePeer } from '../support/frame-peer.js';
import { Inbox } from '../support/inbox.js';
import { startApp } from '../support/start-app.js';
import { SECRET, tokenOf } from '../support/tokens.js';
import { readDocument, ROOT } from './support/documents.js';
import { exchangesOf, replay } from './support/exchange.js';
import { DocumentModules } from './support/modules.js';

const document = readDocument('docs/migrating.md');
let modules: DocumentModules;
let app: INestApplication | undefined;

beforeAll(async () => {
  process.env['JWT_SECRET'] = SECRET;
  modules = await DocumentModules.write(document);
});

afterAll(async () => {
  delete process.env['JWT_SECRET'];
  await modules?.remove();
});

afterEach(async () => {
  await app?.close();
  app = undefined;
  vi.restoreAllMocks();
});

async function load<T>(name: string): Promise<T> {
  for (const { fileName } of modules.snippets) {
    const exported = await modules.load(fileName);
    if (name in exported) return exported[name] as T;
  }
  throw new Error(`Nothing in the document is called ${name}`);
}

const urlOf = async (started: INestApplication): Promise<string> =>
  (await started.getUrl()).replace('http', 'ws').replace('[::1]', '127.0.0.1');

async function startModule(name: string): Promise<string> {
  app = await NestFactory.create(await load<Type>(name), { logger: false });
  await app.listen(0, '127.0.0.1');
  return urlOf(app);
}

describe('bounce_ws', () => {
  it('has its senders and its handler here, for its own clients', async () => {
    const names = ['NewsSender', 'ClockSender', 'CountSender', 'PublishHandler'];
    const providers = await Promise.all(names.map((name) => load<Type>(name)));
    const started = await startApp({ providers });
    app = started.app;
    await replay(started.url, exchangesOf(document)[0]!, new Set());
    const client = await BouncePythonClient.connect(started.url);
    client.send('subscribe', { events: ['news', 'count'] });
    client.send('publish', { text: 'hello' });
    expect(await client.next()).toEqual({ event: 'news', data: { text: 'hello' } });
    expect(await client.next()).toEqual({ event: 'count', data: { published: 2 } });
    client.send('subscribe', { events: ['*'] });
    expect((await client.next()).event).toBe('clock');
    client.close();
  });
});

describe('websocket-zero', () => {
  it('has its server here, for its own pages and for new ones', async () => {
    const main = await load<(port: number) => Promise<INestApplication>>('main');
    app = await main(0);
    const url = await urlOf(app);
    const page = openPage('wszero');
    const inbox = new Inbox<unknown>();
    const take = (message: unknown): void => inbox.put(message);
    page.HANDLERS = { welcome: take, announce: take, left: take, eval_js: take };
    const socket = page.openWszero(url);
    expect(await inbox.take()).toEqual({ op: 'welcome', groups: [] });
    const other = await FramePeer.connect(`${url}/ws`);
    await other.next();

    page.send_message({ op: 'announce', text: 'to all' });
    expect(await inbox.take()).toEqual({ op: 'announce', text: 'to all' });
    expect(await other.next()).toMatchObject({ event: 'announce', data: { text: 'to all' } });

    page.send_message({ op: 'enter', group: 'red' });
    page.send_message({ op: 'enter', group: 'red' });
    page.send_message({ op: 'announce', text: 'to red', group: 'red' });
    expect(await inbox.take()).toEqual({ op: 'announce', text: 'to red' });
    page.send_message({ op: 'leave', group: 'red' });
    page.send_message({ op: 'announce', text: 'to nobody', group: 'red' });
    page.send_message({ op: 'paint' });
    expect(await inbox.take()).toMatchObject({ op: 'eval_js' });
    expect(other.unread).toEqual([]);

    other.socket.close();
    expect(await inbox.take()).toMatchObject({ op: 'left' });
    socket.close();
  });
});

describe('nwebsocket', () => {
  it.each([
    ['minimal.js', 0],
    ['class.js', 1],
  ])('has its example here that test/e2e/sync-client runs: %s', (file, index) => {
    const block = document.blocks.filter(({ language }) => language === 'js')[index]!;
    const source = readFileSync(join(ROOT, 'test/e2e/sync-client/examples', file), 'utf8');
    const runs = source.replace(/^\/\*.*\*\/\n/, '');
    expect(`${block.code}\n`).toBe(runs);
  });
});

describe('microsockets', () => {
  it('has its example here, for its own clients and for ours', async () => {
    const events = vi.spyOn(console, 'log').mockReturnValue();
    const url = await startModule('GamersModule');
    const play = await load<(at: string, write: (line: string) => void) => BounceClient>('play');
    const ours = new Inbox<string>();
    const client = play(`${url}/ws`, (line) => ours.put(line));
    expect(await ours.take()).toBe('[open] Connection established');
    expect(await ours.take()).toBe('[joined] Payload: {}');

    const theirs = new Inbox<string>();
    const socket = openPage('microsockets').MicroSocket(url);
    socket.on('joined', (payload) => theirs.put(`[joined] ${payload}`));
    socket.on('user joined', (payload) => theirs.put(`[user joined] ${payload}`));
    socket.addEventListener('open', () =>
      socket.send('join', JSON.stringify({ room: 'gamers', user: 0.5 })),
    );
    expect(await theirs.take()).toBe('[joined] {}');
    expect(await ours.take()).toBe('[user joined] 0.5');
    client.emit('join', { room: 'gamers', user: 0.25 });
    expect(await theirs.take()).toBe('[user joined] {"user":0.25}');
    expect(events.mock.calls.flat()).toEqual(['join', 'join', 'join']);
    client.close();
    socket.close();
  });
});

describe('bazis-ws', () => {
  interface Notifications {
    notify(userId: string, message: string): Promise<boolean>;
    tellEverybody(message: string): void;
  }

  it('has its users, channels and online status here, for its own clients', async () => {
    const url = await startModule('NotificationsModule');
    const notifications = app!.get<Notifications>(await load<Type>('Notifications'));
    expect(await notifications.notify('alice', 'Too early')).toBe(false);

    const alice = await BazisPythonClient.connect(`${url}/ws?token=${tokenOf('alice')}`);
    alice.send({ type: 'ping' });
    expect(await alice.next()).toBe('Received pong');
    expect(await notifications.notify('alice', 'Tea is ready')).toBe(true);
    expect(await alice.next()).toMatch(
      /^Received data: \{"type":"notification","title":"New Notification","message":"Tea is ready","timestamp":".+"\}$/,
    );

    const { BazisClient } = openPage('bazis');
    const bob = new BazisClient(`${url}/ws`);
    const received = new Inbox<unknown>();
    bob.onData = (data) => received.put(data);
    const socket = bob.connect();
    await new Promise((resolve) => socket.addEventListener('open', resolve));
    notifications.tellEverybody('Tea for all');
    expect(await received.take()).toEqual({ type: 'broadcast', message: 'Tea for all' });
    expect(await alice.next()).toContain('Tea for all');

    const users = await fetch(`${url.replace('ws', 'http')}/users`);
    expect(await users.json()).toEqual([
      { id: 'alice', username: 'Alice', isOnline: true },
      { id: 'bob', username: 'Bob', isOnline: false },
    ]);
    alice.close();
    socket.close();
    await replay(`${url}/ws`, exchangesOf(document)[1]!, new Set());
  });
});
