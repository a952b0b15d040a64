import { type Browser, chromium } from 'playwright-core';
import { CHROMIUM, findSystemTool } from './system-tool.js';

/** What a browser of a test run has no use for: a sandbox in a container, a GPU, and everything that talks to the network. */
const FLAGS = [
  '--headless',
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

/**
 * Starts the system's Chromium with a fresh profile, which `browser.close()` removes. Each `browser.newContext()` is a
 * person of their own; two pages of one context are two tabs of one person.
 *
 * @example
 * const browser = await launchChromium();
 * const page = await browser.newPage();
 * await page.goto(url);
 * await browser.close();
 */
export async function launchChromium(): Promise<Browser> {
  return chromium.launch({ executablePath: await findSystemTool(CHROMIUM), args: FLAGS });
}
