import { avatar, byId, element, updateList } from '/shared/dom.js';

const COPIED_SHOWN_FOR_MS = 2000;

/** Who is in the room that is shown, and who of them is typing. */
export class PeopleView {
  #chat;

  constructor(chat) {
    this.#chat = chat;
    for (const type of ['room', 'people']) chat.addEventListener(type, () => this.#renderPeople());
    for (const type of ['room', 'people', 'typing']) {
      chat.addEventListener(type, () => this.#renderTyping());
    }
    byId('copy-link').addEventListener('click', ({ currentTarget }) => copyLink(currentTarget));
  }

  #renderPeople() {
    const { current, me } = this.#chat;
    const people = [...current.people].sort(
      (a, b) => Number(b === me) - Number(a === me) || a.localeCompare(b),
    );
    const create = (name) => element('li', {}, avatar(name), element('span', {}, name));
    const update = (item, name) => {
      if (name !== me || item.childElementCount > 2) return;
      item.append(element('span', { class: 'you' }, 'you'));
    };
    updateList(byId('people'), people, (name) => name, create, update);
    byId('alone').hidden = people.length > 1;
    byId('people-count').replaceChildren(
      String(people.length),
      element(
        'span',
        { class: 'sr-only' },
        people.length === 1 ? ' person in this room' : ' people in this room',
      ),
    );
  }

  #renderTyping() {
    const names = this.#chat.current.typing;
    const node = byId('typing');
    node.classList.toggle('on', names.length > 0);
    node.lastElementChild.textContent = sentence(names);
  }
}

function sentence(names) {
  if (names.length === 0) return '';
  if (names.length === 1) return `${names[0]} is typing`;
  if (names.length === 2) return `${names[0]} and ${names[1]} are typing`;
  return 'Several people are typing';
}

async function copyLink(button) {
  const label = button.textContent;
  try {
    await navigator.clipboard.writeText(location.href);
    button.textContent = 'Copied';
  } catch {
    button.textContent = 'Copy it from the address bar';
  }
  setTimeout(() => (button.textContent = label), COPIED_SHOWN_FOR_MS);
}
