import { byId } from '/shared/dom.js';

const BACK_SHOWN_FOR_MS = 3000;
// A first connection usually takes no time at all; a banner that only flashes up helps nobody.
const PATIENCE_MS = 500;

/** The line on top that says how the connection is, when there is something to say. */
export class ConnectionBanner {
  #node = byId('banner');
  #timer;
  #wasLost = false;

  connecting() {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#say('Connecting…'), PATIENCE_MS);
  }

  open() {
    if (!this.#wasLost) return this.#clear();
    this.#wasLost = false;
    this.#say('Back online', 'good');
    this.#timer = setTimeout(() => this.#clear(), BACK_SHOWN_FOR_MS);
  }

  lost() {
    this.#wasLost = true;
    this.#say(
      navigator.onLine
        ? 'Connection lost. Reconnecting…'
        : 'You are offline. Waiting for the network…',
    );
  }

  ended(text) {
    this.#say(text, 'bad');
  }

  #say(text, tone = '') {
    clearTimeout(this.#timer);
    this.#node.className = `banner ${tone}`;
    this.#node.textContent = text;
    this.#node.hidden = false;
  }

  #clear() {
    clearTimeout(this.#timer);
    this.#node.hidden = true;
  }
}
