import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { launchChromium } from '../support/chromium.js';
import { eventually } from './support/eventually.js';
import { receivedEvents } from './support/frames.js';
import { Sample } from './support/sample.js';

describe('the ticker sample', () => {
  let browser: Browser;
  let sample: Sample;

  beforeAll(async () => {
    browser = await launchChromium();
  });

  afterAll(() => browser?.close());

  beforeEach(async () => {
    sample = await Sample.start('02-ticker');
  });

  afterEach(async () => {
    await Promise.all(browser.contexts().map((context) => context.close()));
    await sample.stop();
  });

  const open = async () => {
    const page = await browser.newPage();
    const events = receivedEvents(page);
    await page.goto(sample.url);
    return { page, events };
  };

  const card = (page: Page, title: string) =>
    page.getByRole('article').filter({ has: page.getByRole('heading', { name: title }) });

  const rate = async (page: Page, title: string) =>
    Number(await card(page, title).locator('.rate').textContent());

  const count = (events: readonly string[], event: string) =>
    events.filter((received) => received === event).length;

  /** How many pixels of the chart are in colour; the grid and the labels are nearly grey. */
  const colouredPixels = (page: Page, title: string) =>
    card(page, title)
      .locator('canvas')
      .evaluate((node) => {
        const canvas = node as HTMLCanvasElement;
        const context = canvas.getContext('2d')!;
        const { data } = context.getImageData(0, 0, canvas.width, canvas.height);
        let coloured = 0;
        for (let index = 0; index < data.length; index += 4) {
          const pixel = data.subarray(index, index + 3);
          if (data[index + 3]! > 100 && Math.max(...pixel) - Math.min(...pixel) > 50) coloured += 1;
        }
        return coloured;
      });

  it('draws every sender live and shows the rate it measures', async () => {
    const { page } = await open();
    await page.getByText('Connected', { exact: true }).waitFor();
    for (const title of ['Price', 'Wave', 'Server load']) {
      await eventually(() => rate(page, title)).toBeGreaterThan(0);
      await eventually(() => colouredPixels(page, title)).toBeGreaterThan(50);
    }
    await eventually(() => page.locator('#price').textContent()).toMatch(/^\d+\.\d\d$/);
    await eventually(() => rate(page, 'Price')).toBeGreaterThan(5);
    await eventually(async () =>
      Number(await page.locator('#total').textContent()),
    ).toBeGreaterThan(20);
  });

  it('stops one sender on unsubscribe, leaves the others alone, and starts it again', async () => {
    const { page, events } = await open();
    await eventually(() => rate(page, 'Price')).toBeGreaterThan(0);
    await page.getByRole('button', { name: 'Unsubscribe from price' }).click();
    await card(page, 'Price').getByText('Not subscribed').waitFor();
    await eventually(() => rate(page, 'Price')).toBe(0);
    const [prices, waves] = [count(events, 'price'), count(events, 'wave')];
    await eventually(() => count(events, 'wave')).toBeGreaterThan(waves + 60);
    expect(count(events, 'price')).toBe(prices);

    await page.getByRole('button', { name: 'Subscribe to price' }).click();
    await eventually(() => count(events, 'price')).toBeGreaterThan(prices);
    await card(page, 'Price').getByText('Not subscribed').waitFor({ state: 'hidden' });
    await eventually(() => rate(page, 'Price')).toBeGreaterThan(0);
  });

  it('stops and starts everything at once', async () => {
    const { page } = await open();
    await eventually(() => rate(page, 'Wave')).toBeGreaterThan(0);
    await page.getByRole('button', { name: 'Unsubscribe from all' }).click();
    await eventually(() => page.getByText('Not subscribed').filter({ visible: true }).count()).toBe(
      3,
    );
    await eventually(() => page.locator('#total').textContent()).toBe('0.0');
    await page.getByRole('button', { name: 'Subscribe to all' }).click();
    await eventually(() => rate(page, 'Wave')).toBeGreaterThan(0);
    expect(await page.getByText('Not subscribed').filter({ visible: true }).count()).toBe(0);
  });

  it('turns the frequency for everybody', async () => {
    const { page: alice } = await open();
    const { page: bob } = await open();
    await bob.getByText('0.5 Hz', { exact: true }).waitFor();
    await alice.getByRole('slider', { name: 'Frequency, for everybody' }).fill('2');
    await bob.getByText('2.0 Hz', { exact: true }).waitFor();
    expect(await bob.getByRole('slider').inputValue()).toBe('2');
  });

  it('goes on by itself when the server was restarted, with the subscriptions it had', async () => {
    const { page, events } = await open();
    await page.getByRole('button', { name: 'Unsubscribe from wave' }).click();
    await card(page, 'Wave').getByText('Not subscribed').waitFor();
    await sample.stop();
    await page.getByText('Connection lost. Reconnecting…').waitFor();
    await eventually(() => rate(page, 'Price')).toBe(0);
    expect(await page.getByRole('button', { name: 'Subscribe to wave' }).isDisabled()).toBe(true);
    const [prices, waves] = [count(events, 'price'), count(events, 'wave')];
    await sample.startAgain();
    await page.getByText('Connected', { exact: true }).waitFor();
    await eventually(() => count(events, 'price')).toBeGreaterThan(prices + 10);
    await eventually(() => rate(page, 'Price')).toBeGreaterThan(0);
    expect(count(events, 'wave')).toBe(waves);
  });
});
