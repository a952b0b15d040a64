import { fetchUsers } from './session.js';

/** Everybody, and who of them is online: fetched once, and kept up to date by what the server tells. */
export class Roster {
  #people = [];
  /** Who came or went since the list was asked for, which may have left the server before. */
  #told = new Map();
  #loading = new AbortController();

  get people() {
    return this.#people;
  }

  get onlineCount() {
    return this.#people.filter(({ isOnline }) => isOnline === true).length;
  }

  /** @returns whether there is a list; none comes for somebody who has forgotten it meanwhile. Rejects when it cannot be fetched. */
  async load() {
    const { signal } = this.#restart();
    try {
      this.#people = await fetchUsers(signal);
    } catch (error) {
      if (signal.aborted) return false;
      throw error;
    }
    for (const [userId, online] of this.#told) this.set(userId, online);
    return true;
  }

  /** Somebody came or went. */
  set(userId, online) {
    this.#told.set(userId, online);
    this.#each(({ id, isOnline }) => (id === userId ? online : isOnline));
  }

  /** Without a connection nobody knows who is online, nor does an answer that was under way. */
  forget() {
    this.#restart();
    this.#each(() => null);
  }

  #restart() {
    this.#loading.abort();
    this.#told.clear();
    this.#loading = new AbortController();
    return this.#loading;
  }

  #each(isOnline) {
    this.#people = this.#people.map((person) => ({ ...person, isOnline: isOnline(person) }));
  }
}
