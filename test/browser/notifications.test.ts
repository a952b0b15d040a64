import { fileURLToPath } from 'node:url';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { launchChromium } from '../support/chromium.js';
import { deferred } from '../support/deferred.js';
import { RedisServer } from '../support/redis-server.js';
import { runCommand } from '../support/run-command.js';
import { eventually } from './support/eventually.js';
import { Sample } from './support/sample.js';

const NOTIFY = fileURLToPath(
  new URL('../../sample/04-notifications/dist/notify.js', import.meta.url),
);

describe('the notifications sample, on two nodes and a Redis', () => {
  let browser: Browser;
  let redis: RedisServer;
  let nodes: Sample[];

  beforeAll(async () => {
    [browser, redis] = await Promise.all([launchChromium(), RedisServer.start()]);
    const start = (name: string) =>
      Sample.start('04-notifications', { NODE_NAME: name, REDIS_URL: redis.url });
    nodes = await Promise.all([start('node-1'), start('node-2')]);
  });

  afterAll(async () => {
    await browser?.close();
    await Promise.all((nodes ?? []).map((node) => node.stop()));
    await redis?.stop();
  });

  afterEach(() => Promise.all(browser.contexts().map((context) => context.close())));

  const open = async (node: number, options: BrowserContextOptions = {}): Promise<Page> => {
    const page = await (await browser.newContext(options)).newPage();
    await page.goto(nodes[node]!.url);
    return page;
  };

  const account = (page: Page, name: string) =>
    page.getByRole('list', { name: 'Accounts' }).getByRole('button', { name });

  const signIn = async (name: string, node: number, options?: BrowserContextOptions) => {
    const page = await open(node, options);
    await account(page, name).click();
    await page.getByText(`Connected to node-${node + 1}`).waitFor();
    return page;
  };

  /** Signs in, and keeps the answer to "who is online?" back until it is let through. */
  const signInKnowingNobody = async (name: string, node: number) => {
    const page = await open(node);
    await account(page, name).waitFor();
    const answered = deferred();
    const release = deferred();
    await page.route('**/users', async (route) => {
      const response = await route.fetch();
      answered.resolve();
      await release.promise;
      await route.fulfill({ response });
    });
    const [socket] = await Promise.all([
      page.waitForEvent('websocket'),
      account(page, name).click(),
      answered.promise,
    ]);
    return { page, socket, letThrough: release.resolve };
  };

  const states = async (page: Page): Promise<Record<string, string>> => {
    const rows = page.getByRole('list', { name: 'People' }).getByRole('button');
    const texts = await rows.evaluateAll((buttons) =>
      buttons.map((node) =>
        [...node.querySelectorAll('.name, .state')].map((part) => part.textContent),
      ),
    );
    return Object.fromEntries(texts) as Record<string, string>;
  };

  const send = async (page: Page, to: string, text: string) => {
    await page.getByLabel('To').selectOption(to);
    await page.getByLabel('Text').fill(text);
    await page.keyboard.press('Enter');
    await page.getByText(`Sent to ${to}.`).waitFor();
  };

  const sees = (page: Page, text: string) => page.getByRole('log').getByText(text).waitFor();

  const notify = (...args: string[]) =>
    runCommand(process.execPath, [NOTIFY, ...args], '.', { REDIS_URL: redis.url });

  it.each([
    ['the same', 0],
    ['another', 1],
  ])('shows who comes and goes on %s node', async (_which, node) => {
    const alice = await signIn('Alice', 0);
    await eventually(() => states(alice)).toMatchObject({ 'Alice Moreau': 'online' });
    const bob = await signIn('Bob', node);
    await eventually(() => states(alice)).toMatchObject({ 'Bob Lindqvist': 'online' });
    await eventually(() => states(bob)).toMatchObject({ 'Alice Moreau': 'online' });
    await bob.context().close();
    await eventually(() => states(alice)).toMatchObject({ 'Bob Lindqvist': 'offline' });
  });

  it('takes a notification to all tabs of a user, and to nobody else', async () => {
    const alice = await signIn('Alice', 0);
    const tabs = [await signIn('Bob', 0), await signIn('Bob', 1)];
    const carol = await signIn('Carol', 1);
    await send(alice, 'Bob Lindqvist', 'The report is ready');
    for (const tab of tabs) await sees(tab, 'The report is ready');
    await send(alice, 'Everybody', 'Lunch');
    for (const page of [alice, ...tabs, carol]) await sees(page, 'Lunch');
    expect(await carol.getByRole('log').getByText('The report is ready').count()).toBe(0);
  });

  it('shows what a process without Nest sends, as text and never as markup', async () => {
    const alice = await signIn('Alice', 0);
    const bob = await signIn('Bob', 1);
    expect(await notify('--to', 'alice', 'From a <b>script</b>')).toBe('Sent to alice\n');
    await sees(alice, 'From a <b>script</b>');
    await notify('We are back');
    for (const page of [alice, bob]) await sees(page, 'We are back');
    expect(await bob.getByRole('log').getByText('From a').count()).toBe(0);
  });

  it('signs a user out everywhere', async () => {
    const tabs = [await signIn('Dan', 0), await signIn('Dan', 1)];
    await tabs[0]!.getByRole('button', { name: 'Sign out everywhere' }).click();
    for (const tab of tabs) await tab.getByText('You were signed out.').waitFor();
  });

  it('stays signed in when the page is reloaded, and has nothing secret in its address', async () => {
    const eve = await signIn('Eve', 0);
    await eve.reload();
    await eve.getByText('Connected to node-1').waitFor();
    expect(eve.url()).toBe(nodes[0]!.url);
    await eve.getByRole('button', { name: 'Sign out', exact: true }).click();
    await eve.getByRole('heading', { name: 'Who are you?' }).waitFor();
  });

  it('says what is missing, and can be used with the keyboard alone', async () => {
    const page = await open(0);
    await page.getByRole('button', { name: 'Carol' }).focus();
    await page.keyboard.press('Enter');
    await page.getByText('Connected to node-1').waitFor();
    await page.getByText('Nothing yet.').waitFor();
    await page.keyboard.press('Enter');
    await page.getByText('Write something first.').waitFor();
    await page.keyboard.type('Typed');
    await page.keyboard.press('Enter');
    await sees(page, 'Typed');
    await page.getByRole('button', { name: 'Clear' }).press('Enter');
    await page.getByText('Nothing yet.').waitFor();
  });

  it.each([
    ['a phone in the dark', { viewport: { width: 360, height: 740 }, colorScheme: 'dark' }],
    ['a wide screen', { viewport: { width: 1440, height: 900 } }],
  ] as const)('fits %s', async (_what, options) => {
    const page = await signIn('Alice', 0, options);
    await send(page, 'Everybody', `A word that is long: ${'very'.repeat(30)}`);
    await sees(page, 'A word that is long');
    const excess = await page.evaluate(
      () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
    );
    expect(excess).toBe(0);
  });

  it('believes what it is told, and not an older answer that comes later', async () => {
    const bob = await signIn('Bob', 0);
    const { page: alice, socket, letThrough } = await signInKnowingNobody('Alice', 0);
    const told = socket.waitForEvent('framereceived', ({ payload }) =>
      payload.includes('"online":false'),
    );
    await bob.context().close();
    await told;
    letThrough();
    await eventually(() => states(alice)).toMatchObject({
      'Alice Moreau': 'online',
      'Bob Lindqvist': 'offline',
    });
  });

  it('comes back by itself when its node does', async () => {
    const bob = await signIn('Bob', 1);
    await eventually(() => states(bob)).toMatchObject({ 'Bob Lindqvist': 'online' });
    await nodes[1]!.stop();
    await bob.getByText('Connection lost. Reconnecting…').waitFor();
    expect(new Set(Object.values(await states(bob)))).toEqual(new Set(['unknown']));
    await nodes[1]!.startAgain();
    await bob.getByText('Connected to node-2').waitFor();
    await eventually(() => states(bob)).toMatchObject({ 'Bob Lindqvist': 'online' });
    await notify('--to', 'bob', 'Welcome back');
    await sees(bob, 'Welcome back');
  });

  it('does not wait for an answer of the connection that it lost', async () => {
    const { page: bob, letThrough } = await signInKnowingNobody('Bob', 1);
    const givenUp = bob.waitForEvent('requestfailed', (request) =>
      request.url().endsWith('/users'),
    );
    await nodes[1]!.stop();
    await givenUp;
    letThrough();
    await nodes[1]!.startAgain();
    await eventually(() => states(bob)).toMatchObject({ 'Bob Lindqvist': 'online' });
  });

  it('signs in once, however often the account is clicked', async () => {
    const page = await open(0);
    const sockets: string[] = [];
    page.on('websocket', (socket) => sockets.push(socket.url()));
    await account(page, 'Carol').dblclick();
    await page.getByText('Connected to node-1').waitFor();
    await send(page, 'Everybody', 'Just once');
    await sees(page, 'Just once');
    expect(sockets).toHaveLength(1);
  });
});
