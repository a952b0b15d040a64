/** One message that brings a server closer to what is wanted. */
export interface SubscriptionStep {
  readonly event: 'subscribe' | 'unsubscribe';
  readonly events: readonly string[];
}

const WILDCARD = '*';

// The server takes no more names in one message.
const MAX_NAMES = 100;

/** The events an application wants, and, while it wants all (`"*"`), the ones it does not. */
export class WantedEvents {
  readonly #names = new Set<string>();
  readonly #excluded = new Set<string>();
  #all = false;

  /** @returns The names that were not wanted before */
  add(names: readonly string[]): readonly string[] {
    const added = names.filter((name) => (name === WILDCARD ? !this.#all : !this.#names.has(name)));
    for (const name of names) {
      this.#excluded.delete(name);
      if (name === WILDCARD) {
        this.#all = true;
        this.#excluded.clear();
      } else {
        this.#names.add(name);
      }
    }
    return added;
  }

  /** Removes names; `"*"` removes everything. */
  remove(names: readonly string[]): void {
    for (const name of names) {
      if (name === WILDCARD) {
        this.#all = false;
        this.#names.clear();
        this.#excluded.clear();
      } else {
        this.#names.delete(name);
        if (this.#all) this.#excluded.add(name);
      }
    }
  }

  /** Takes names back that the server refused. @returns Whether one of them was wanted */
  forget(names: readonly string[]): boolean {
    let found = false;
    for (const name of names) {
      if (name === WILDCARD) {
        found ||= this.#all;
        this.#all = false;
      } else {
        found = this.#names.delete(name) || found;
      }
    }
    return found;
  }

  /** What to tell a server that knows nothing, in order. */
  steps(): readonly SubscriptionStep[] {
    // The wildcard covers the names; one that the server no longer knows would only be refused.
    const wanted = this.#all ? [WILDCARD] : this.#names;
    return [...inParts('subscribe', wanted), ...inParts('unsubscribe', this.#excluded)];
  }
}

function inParts(event: SubscriptionStep['event'], names: Iterable<string>): SubscriptionStep[] {
  const all = [...names];
  const parts: SubscriptionStep[] = [];
  for (let start = 0; start < all.length; start += MAX_NAMES) {
    parts.push({ event, events: all.slice(start, start + MAX_NAMES) });
  }
  return parts;
}
