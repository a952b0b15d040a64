import { avatar, byId, element } from '/shared/dom.js';

const SAME_BREATH_MS = 5 * 60_000;
const clock = new Intl.DateTimeFormat(undefined, { hour: 'numeric', minute: '2-digit' });

/** What was said in the room that is shown. Stays at the end unless the reader has scrolled up. */
export class MessagesView {
  #chat;
  #log = byId('log');
  #jump = byId('jump');
  #last;

  constructor(chat) {
    this.#chat = chat;
    chat.addEventListener('room', () => this.#renderRoom());
    chat.addEventListener('entry', ({ detail }) => this.#append(detail));
    this.#log.addEventListener('scroll', () => this.#atEnd() && (this.#jump.hidden = true), {
      passive: true,
    });
    this.#jump.addEventListener('click', () => this.#toEnd());
    new ResizeObserver(() => this.#jump.hidden && this.#toEnd()).observe(this.#log);
  }

  #renderRoom() {
    const { current } = this.#chat;
    byId('room-title').textContent = `# ${current.name}`;
    byId('empty-title').textContent = `Nothing said in #${current.name} yet`;
    // Without this a screen reader would read out the whole room on every change.
    this.#log.setAttribute('aria-busy', 'true');
    this.#last = undefined;
    this.#log.replaceChildren(...current.entries.map((entry) => this.#node(entry)));
    this.#log.removeAttribute('aria-busy');
    this.#updateEmpty();
    this.#toEnd();
  }

  #append(entry) {
    const follow = this.#atEnd() || entry.from === this.#chat.me;
    const node = this.#node(entry);
    node.classList.add('new');
    this.#log.append(node);
    while (this.#log.childElementCount > this.#chat.current.entries.length) {
      this.#log.firstChild.remove();
    }
    this.#updateEmpty();
    if (follow) this.#toEnd();
    else if (entry.from !== undefined) this.#jump.hidden = false;
  }

  #node(entry) {
    const before = this.#last;
    this.#last = entry;
    if (entry.note !== undefined) return element('p', { class: 'note' }, entry.note);

    const mine = entry.from === this.#chat.me;
    const at = new Date(entry.at);
    const first = before?.from !== entry.from || at - new Date(before.at) > SAME_BREATH_MS;
    const node = element('article', {
      class: `message${mine ? ' mine' : ''}${first ? ' first' : ''}`,
    });
    if (first) {
      if (!mine) node.append(avatar(entry.from));
      const time = element('time', { datetime: entry.at }, clock.format(at));
      node.append(
        element('div', { class: 'by' }, element('span', {}, mine ? 'You' : entry.from), time),
      );
    }
    node.append(
      element('div', { class: 'text', dir: 'auto', title: at.toLocaleString() }, entry.text),
    );
    return node;
  }

  #updateEmpty() {
    byId('empty').hidden = this.#chat.current.entries.some(({ from }) => from !== undefined);
  }

  #atEnd() {
    const { scrollHeight, scrollTop, clientHeight } = this.#log;
    return scrollHeight - scrollTop - clientHeight < 48;
  }

  #toEnd() {
    this.#log.scrollTop = this.#log.scrollHeight;
    this.#jump.hidden = true;
  }
}
