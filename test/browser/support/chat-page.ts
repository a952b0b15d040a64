import type { BrowserContext, Locator, Page } from 'playwright-core';

/** The chat as somebody with a keyboard meets it: found by what is written on it, never by its markup. */
export class ChatPage {
  private constructor(readonly page: Page) {}

  /** Opens the chat; `room` goes into the address. */
  static async open(context: BrowserContext, url: string, room = ''): Promise<ChatPage> {
    const page = await context.newPage();
    await page.goto(room === '' ? url : `${url}#${room}`);
    return new ChatPage(page);
  }

  async enter(name: string): Promise<void> {
    await this.page.getByLabel('Your name').fill(name);
    await this.page.keyboard.press('Enter');
  }

  async inRoom(room: string): Promise<void> {
    await this.page.getByRole('heading', { name: `# ${room}`, exact: true }).waitFor();
  }

  get box(): Locator {
    return this.page.getByRole('textbox', { name: 'Message', exact: true });
  }

  async say(text: string): Promise<void> {
    await this.box.fill(text);
    await this.box.press('Enter');
  }

  /** Waits until a text stands among the messages. */
  async sees(text: string): Promise<void> {
    await this.page.getByRole('log').getByText(text, { exact: true }).first().waitFor();
  }

  /** Waits until a text stands anywhere. */
  async reads(text: string): Promise<void> {
    await this.page.getByText(text, { exact: true }).first().waitFor();
  }

  /** The names in the list of people, in its order. */
  async people(): Promise<string[]> {
    const items = this.page.getByRole('list', { name: 'In this room' }).getByRole('listitem');
    return items.locator('span:nth-child(2)').allTextContents();
  }

  roomButton(room: string): Locator {
    return this.page.getByRole('navigation', { name: 'Rooms' }).getByRole('button', { name: room });
  }
}
