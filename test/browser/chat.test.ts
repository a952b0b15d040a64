import type { Browser } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { launchChromium } from '../support/chromium.js';
import { ChatPage } from './support/chat-page.js';
import { eventually } from './support/eventually.js';
import { Sample } from './support/sample.js';

describe('the chat sample', () => {
  let browser: Browser;
  let sample: Sample;

  beforeAll(async () => {
    browser = await launchChromium();
  });

  afterAll(() => browser?.close());

  beforeEach(async () => {
    sample = await Sample.start('01-chat');
  });

  afterEach(async () => {
    await Promise.all(browser.contexts().map((context) => context.close()));
    await sample.stop();
  });

  const open = async (room?: string) => ChatPage.open(await browser.newContext(), sample.url, room);

  const enter = async (name: string, room = 'lobby') => {
    const person = await open(room);
    await person.enter(name);
    await person.inRoom(room);
    return person;
  };

  it('shows what one says to the other', async () => {
    const alice = await enter('Alice');
    const bob = await enter('Bob');
    await alice.say('Hello Bob');
    await bob.sees('Hello Bob');
    await bob.say('Hello Alice');
    await alice.sees('Hello Alice');
    expect(await alice.box.inputValue()).toBe('');
  });

  it('lets two tabs of one browser talk under two names', async () => {
    const context = await browser.newContext();
    const first = await ChatPage.open(context, sample.url);
    await first.enter('Left');
    await first.inRoom('lobby');
    const second = await ChatPage.open(context, sample.url);
    await eventually(() => second.page.getByLabel('Your name').inputValue()).toBe('Left');
    await second.enter('Right');
    await second.inRoom('lobby');
    await first.say('From the other tab');
    await second.sees('From the other tab');
  });

  it('announces who comes and goes, and lists who is in the room', async () => {
    const alice = await enter('Alice');
    await alice.reads('You are the only one here. Send somebody the link.');
    const bob = await enter('Bob');
    await alice.sees('Bob joined');
    await eventually(() => alice.people()).toEqual(['Alice', 'Bob']);
    expect(await bob.people()).toEqual(['Bob', 'Alice']);
    await bob.page.close();
    await alice.sees('Bob left');
    await eventually(() => alice.people()).toEqual(['Alice']);
  });

  it('shows who is typing until they stop', async () => {
    const alice = await enter('Alice');
    const bob = await enter('Bob');
    await bob.box.pressSequentially('I th');
    await alice.reads('Bob is typing');
    await bob.box.fill('');
    await alice.page.getByText('Bob is typing').waitFor({ state: 'hidden' });
    await bob.box.pressSequentially('I know');
    await alice.reads('Bob is typing');
    await bob.box.press('Enter');
    await alice.sees('I know');
    await alice.page.getByText('Bob is typing').waitFor({ state: 'hidden' });
  });

  it('says beside the field why a name is refused', async () => {
    await enter('Alice');
    const other = await open();
    await other.enter('<b>');
    await other.reads(
      "A name has 1 to 24 letters, digits, spaces or . _ ' - and starts with a letter or digit.",
    );
    expect(await other.page.getByLabel('Your name').getAttribute('aria-invalid')).toBe('true');
    await other.enter('ALICE');
    await other.reads('Somebody with this name is already here.');
    await other.enter('Alina');
    await other.inRoom('lobby');
  });

  it('gives a message back with the reason when the server refuses it', async () => {
    const alice = await enter('Alice');
    const tooLong = 'x'.repeat(2001);
    await alice.say(tooLong);
    await alice.reads('Not sent. A message has 1 to 2000 characters.');
    expect(await alice.box.inputValue()).toBe(tooLong);
  });

  it('shows markup as the text it is', async () => {
    const alice = await enter('Alice');
    const bob = await enter('Bob');
    await alice.say('<img src=x onerror=alert(1)>');
    await bob.sees('<img src=x onerror=alert(1)>');
    expect(await bob.page.getByRole('log').locator('img').count()).toBe(0);
  });

  it('shows newcomers what was said before they came', async () => {
    const alice = await enter('Alice', 'garden');
    await alice.say('The roses are out');
    await alice.sees('The roses are out');
    const bob = await enter('Bob', 'garden');
    await bob.sees('The roses are out');
  });

  it('makes rooms, keeps them apart and counts what is unread elsewhere', async () => {
    const alice = await enter('Alice');
    const bob = await enter('Bob');
    await alice.page.getByLabel('Name of a new room').fill('Tea Time');
    await alice.page.keyboard.press('Enter');
    await alice.inRoom('tea-time');
    await bob.roomButton('tea-time').click();
    await bob.inRoom('tea-time');
    await bob.roomButton('lobby').click();
    await bob.inRoom('lobby');
    await alice.say('Kettle is on');
    await bob.roomButton('tea-time').getByText('1 unread').waitFor();
    expect(await bob.page.title()).toBe('(1) #lobby · Bounce chat');
    expect(await bob.page.getByRole('log').getByText('Kettle is on').count()).toBe(0);
    await bob.page.goBack();
    await bob.sees('Kettle is on');
    await eventually(() => bob.page.title()).toBe('#tea-time · Bounce chat');
  });

  it('says why a room cannot be made', async () => {
    const alice = await enter('Alice');
    await alice.page.getByLabel('Name of a new room').fill('Größe!');
    await alice.page.keyboard.press('Enter');
    await alice.reads('A room has 1 to 32 small letters, digits or hyphens in its name.');
    await alice.inRoom('lobby');
  });

  it('brings a reloaded tab back under its name and into its room', async () => {
    const alice = await enter('Alice', 'garden');
    const bob = await enter('Bob', 'garden');
    await alice.page.reload();
    await alice.inRoom('garden');
    await eventually(() => bob.people()).toEqual(['Bob', 'Alice']);
    await alice.say('Back again');
    await bob.sees('Back again');
  });

  it('comes back by itself when the server was restarted', async () => {
    const alice = await enter('Alice');
    const bob = await enter('Bob');
    await alice.say('Before');
    await bob.sees('Before');
    await bob.box.pressSequentially('Too');
    await alice.reads('Bob is typing');
    await sample.stop();
    await alice.reads('Connection lost. Reconnecting…');
    expect(await alice.page.getByText('Bob is typing').isVisible()).toBe(false);
    await bob.reads('Connection lost. Reconnecting…');
    await bob.say('Too early');
    await bob.reads('No connection. Your message stays here until you are back.');
    // It is shown for three seconds, so whoever looks must do so before it comes.
    await Promise.all([alice.reads('Back online'), bob.reads('Back online'), sample.startAgain()]);
    await bob.box.press('Enter');
    await alice.sees('Too early');
    await alice.sees('Before');
    await eventually(() => alice.people()).toEqual(['Alice', 'Bob']);
  });

  it('can be used on a narrow screen, with the keyboard alone', async () => {
    const context = await browser.newContext({ viewport: { width: 380, height: 700 } });
    const alice = await ChatPage.open(context, sample.url);
    // It has the focus as soon as it is there.
    await alice.page.getByLabel('Your name').waitFor();
    await alice.page.keyboard.type('Alice');
    await alice.page.keyboard.press('Enter');
    await alice.inRoom('lobby');
    expect(await alice.page.evaluate(() => document.documentElement.scrollWidth)).toBe(380);
    const menu = alice.page.getByRole('button', { name: 'Show the rooms' });
    await menu.press('Enter');
    await alice.page.getByLabel('Name of a new room').fill('attic');
    await alice.page.keyboard.press('Enter');
    await alice.inRoom('attic');
    await menu.press('Enter');
    expect(await menu.getAttribute('aria-expanded')).toBe('true');
    await alice.page.keyboard.press('Escape');
    expect(await menu.getAttribute('aria-expanded')).toBe('false');
    expect(await menu.evaluate((node) => node === document.activeElement)).toBe(true);
  });
});
