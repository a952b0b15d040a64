import { avatar, byId, element, updateList } from '/shared/dom.js';

const STATE = new Map([
  [true, 'online'],
  [false, 'offline'],
  [null, 'unknown'],
]);

/** A list of people with live dots. */
export class PeopleView {
  #list;
  #onChoose;

  constructor(list, onChoose) {
    this.#list = list;
    this.#onChoose = onChoose;
  }

  /** @param me the id of whoever looks at it */
  show(people, me = null) {
    updateList(
      this.#list,
      people,
      ({ id }) => id,
      (person) => this.#row(person),
      (node, person) => this.#update(node, person, me),
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
        element('span', { class: 'you' }),
        element('span', { class: 'state' }),
      ),
    );
  }

  #update(node, { id, isOnline }, me) {
    const button = node.querySelector('button');
    button.querySelector('.you').textContent = id === me ? 'you' : '';
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
