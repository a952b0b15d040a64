import type { BrowserContext, Page } from 'playwright-core';
import type { BounceClient } from 'bounce-ws/client';
import { eventually } from './eventually.js';

/** What the page keeps; see `fixtures/reconnect/index.html`. */
export interface Notes {
  /** Every state so far, with the code that led to it. */
  readonly states: readonly (readonly [state: string, code: number])[];
  /** Every number that the server has confirmed, as often as a handler was called with it. */
  readonly noted: readonly number[];
  /** The messages of the subscribed sender, by their numbers. */
  readonly beats: readonly number[];
  readonly errors: readonly string[];
  /** How often the server has asked for another token. */
  readonly renewals: number;
  /** `open`, and the code of each close, as `onopen` and `onclose` saw them. */
  readonly surface: readonly (string | number)[];
}

// The page's own variables, which functions given to `evaluate` see.
declare const client: BounceClient<{ noted: { n: number } }>;
declare const notes: Notes;

/** The page of `fixtures/reconnect`. */
export class NotesPage {
  /** How often the connection was gone when the page was last served. */
  private goneBefore = 0;

  private constructor(private readonly page: Page) {}

  /** Opens it and waits until it is connected, subscribed and served. */
  static async open(
    context: BrowserContext,
    host: string,
    query: Readonly<Record<string, string>>,
  ): Promise<NotesPage> {
    const page = await context.newPage();
    await page.goto(`${host}?${new URLSearchParams(query).toString()}`);
    const notesPage = new NotesPage(page);
    await notesPage.isServed();
    return notesPage;
  }

  read(): Promise<Notes> {
    return this.page.evaluate(() => notes);
  }

  state(): Promise<string> {
    return this.page.evaluate(() => client.state);
  }

  /**
   * Waits until the page knows that its connection is gone, or has been since it was last served:
   * it may be back before anybody looks.
   */
  async isAway(): Promise<void> {
    await eventually(() => this.timesGone()).toBeGreaterThan(this.goneBefore);
  }

  /** Tells the page that there is a network, as the browser does. */
  async hearsOfANetwork(): Promise<void> {
    await this.page.evaluate(() => dispatchEvent(new Event('online')));
  }

  /** Waits until an attempt is under way. */
  async isConnecting(): Promise<void> {
    await eventually(() => this.state()).toBe('connecting');
  }

  /** Waits until the page is connected, and messages of the sender that it subscribed to come in. */
  async isServed(): Promise<void> {
    await eventually(() => this.state()).toBe('connected');
    this.goneBefore = await this.timesGone();
    const { beats } = await this.read();
    await eventually(async () => (await this.read()).beats.length).toBeGreaterThan(beats.length);
  }

  /** Sends numbers to be confirmed. */
  async note(...numbers: number[]): Promise<void> {
    await this.page.evaluate((all) => {
      for (const n of all) client.emit('note', { n });
    }, numbers);
  }

  /** Waits until these numbers have been confirmed, and no others; each once. */
  async hasNoted(...numbers: number[]): Promise<void> {
    await eventually(async () => (await this.read()).noted).toEqual(numbers);
  }

  /** The user that the server knows the connection by, and the token that says so. */
  async whoami(): Promise<{ readonly id: string; readonly token: string }> {
    const answer = await this.page.evaluate(() => client.request('whoami'));
    return answer as { id: string; token: string };
  }

  /** Sends an event. */
  async emit(event: string): Promise<void> {
    await this.page.evaluate((name) => client.emit(name), event);
  }

  private async timesGone(): Promise<number> {
    const { states } = await this.read();
    return states.filter(([state]) => state === 'disconnected').length;
  }
}
