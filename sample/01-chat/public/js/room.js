const ENTRIES_KEPT = 500;
const TYPING_FADES_AFTER_MS = 6000;

/** What this page knows about a room it is in. */
export class Room {
  people = new Set();
  entries = [];
  unread = 0;
  draft = '';
  #known = new Set();
  #typing = new Map();

  constructor(name) {
    this.name = name;
  }

  get typing() {
    return [...this.#typing.keys()];
  }

  /** Adds a message or a note. Returns false if the message is here already. */
  add(entry) {
    if (entry.id !== undefined && this.#known.has(entry.id)) return false;
    if (entry.id !== undefined) this.#known.add(entry.id);
    this.entries.push(entry);
    if (this.entries.length > ENTRIES_KEPT) this.#known.delete(this.entries.shift().id);
    return true;
  }

  /** Somebody types, until they say that they stopped or go quiet. */
  setTyping(name, typing, onFaded) {
    clearTimeout(this.#typing.get(name));
    this.#typing.delete(name);
    if (!typing) return;
    const fade = () => {
      this.#typing.delete(name);
      onFaded();
    };
    this.#typing.set(name, setTimeout(fade, TYPING_FADES_AFTER_MS));
  }
}
