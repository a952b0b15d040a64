import { avatar, byId, element } from '/shared/dom.js';

const KEPT = 50;
const time = new Intl.DateTimeFormat(undefined, { timeStyle: 'medium' });

/** What has come, the newest first, and how much of it nobody has looked at. */
export class InboxView {
  #unread = 0;
  #title = document.title;

  constructor() {
    byId('clear').addEventListener('click', () => this.clear());
    document.addEventListener('visibilitychange', () => this.#read());
  }

  add({ text, from, toAll, at }) {
    const facts = element(
      'p',
      { class: 'facts' },
      element('span', { class: 'from' }, from),
      element('span', {}, toAll ? 'to everybody' : 'to you'),
      element('time', { datetime: at }, time.format(new Date(at))),
    );
    const body = element('div', { class: 'body' }, facts, element('p', { class: 'text' }, text));
    byId('inbox').prepend(element('li', { class: 'notification' }, avatar(from), body));
    while (byId('inbox').children.length > KEPT) byId('inbox').lastElementChild.remove();
    this.#unread += 1;
    this.#show();
    this.#read();
  }

  clear() {
    byId('inbox').replaceChildren();
    this.#show();
  }

  #read() {
    if (document.hidden) return;
    this.#unread = 0;
    this.#show();
  }

  #show() {
    const isEmpty = byId('inbox').children.length === 0;
    byId('empty').hidden = !isEmpty;
    byId('clear').hidden = isEmpty;
    document.title = this.#unread === 0 ? this.#title : `(${this.#unread}) ${this.#title}`;
  }
}
