import { avatar, byId, element, updateList } from './dom.js';

const STATE = new Map([
  [true, 'online'],
  [false, 'offline'],
  [null, 'unknown'],
]);

/** A list of people with live dots. */
export class PeopleView {
  #list;
  #onChoose;
  #people = [];

  constructor(list, onChoose) {
    this.#list = list;
    this.#onChoose = onChoose;
  }

  show(people) {
    this.#people = people;
    this.#draw();
  }

  /** Somebody came or went. */
  set(userId, online) {
    this.show(
      this.#people.map((each) => (each.id === userId ? { ...each, isOnline: online } : each)),
    );
  }

  get onlineCount() {
    return this.#people.filter(({ isOnline }) => isOnline === true).length;
  }

  #draw() {
    updateList(
      this.#list,
      this.#people,
      ({ id }) => id,
      (person) => this.#row(person),
      (node, person) => this.#update(node, person),
    );
  }

  #row({ id, name }) {
    const onclick = () => this.#onChoose(id);
    return element(
      'li',
      {},
      element(
        'button',
        { type: 'button', class: 'person', onclick },
        avatar(name),
        element('span', { class: 'name' }, name),
        element('span', { class: 'state' }),
      ),
    );
  }

  #update(node, { isOnline }) {
    const button = node.querySelector('button');
    button.dataset.online = isOnline ?? 'unknown';
    node.querySelector('.state').textContent = STATE.get(isOnline) ?? 'unknown';
  }
}

/** Fills the choice of recipients and keeps what is chosen. */
export function showRecipients(people) {
  const select = byId('to');
  const chosen = select.value;
  select.replaceChildren(
    element('option', { value: '' }, 'Everybody'),
    ...people.map(({ id, name }) => element('option', { value: id }, name)),
  );
  select.value = chosen;
}
