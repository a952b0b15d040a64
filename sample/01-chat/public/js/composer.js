import { byId } from '/shared/dom.js';
import { reasonOf } from './reason.js';

const SAY_TYPING_EVERY_MS = 3000;
const STOPPED_AFTER_MS = 5000;

/** The box to write in. What cannot be sent stays in it, with the reason above. */
export class Composer {
  #chat;
  #isOnline;
  #text = byId('text');
  #error = byId('send-error');
  #room = null;
  #toldAt = -Infinity;
  #idle;

  constructor(chat, isOnline) {
    this.#chat = chat;
    this.#isOnline = isOnline;
    chat.addEventListener('room', () => this.#showRoom());
    this.#text.addEventListener('input', () => this.#onInput());
    this.#text.addEventListener('keydown', (event) => {
      // While a word is being composed (Japanese, Chinese, ...) Enter accepts it.
      if (event.key !== 'Enter' || event.shiftKey || event.isComposing) return;
      event.preventDefault();
      void this.#send();
    });
    byId('composer').addEventListener('submit', (event) => {
      event.preventDefault();
      void this.#send();
    });
  }

  focus() {
    this.#text.focus();
  }

  #showRoom() {
    const { current } = this.#chat;
    this.#error.textContent = '';
    if (this.#room === current) return;
    this.#stopTyping();
    if (this.#room !== null) this.#room.draft = this.#text.value;
    this.#room = current;
    this.#text.value = current.draft;
    this.#text.placeholder = `Message #${current.name}`;
  }

  #onInput() {
    this.#error.textContent = '';
    if (this.#text.value.trim() === '') return this.#stopTyping();
    clearTimeout(this.#idle);
    this.#idle = setTimeout(() => this.#stopTyping(), STOPPED_AFTER_MS);
    if (!this.#isOnline() || performance.now() - this.#toldAt < SAY_TYPING_EVERY_MS) return;
    this.#toldAt = performance.now();
    this.#chat.typing(this.#room.name, true);
  }

  #stopTyping() {
    clearTimeout(this.#idle);
    if (this.#toldAt === -Infinity) return;
    this.#toldAt = -Infinity;
    if (this.#isOnline()) this.#chat.typing(this.#room.name, false);
  }

  async #send() {
    const text = this.#text.value;
    const room = this.#room;
    if (text.trim() === '') return;
    if (!this.#isOnline()) {
      this.#error.textContent = 'No connection. Your message stays here until you are back.';
      return;
    }
    this.#text.value = '';
    this.#error.textContent = '';
    this.#stopTyping();
    try {
      await this.#chat.say(room.name, text);
    } catch (error) {
      this.#giveBack(room, text, `Not sent. ${reasonOf(error)}`);
    }
  }

  #giveBack(room, text, reason) {
    if (room !== this.#room) {
      room.draft = text;
      return;
    }
    this.#text.value = this.#text.value === '' ? text : `${text}\n${this.#text.value}`;
    this.#error.textContent = reason;
  }
}
