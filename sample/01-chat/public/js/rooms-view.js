import { byId, element, updateList } from '/shared/dom.js';

/** The list of rooms, what is unread in them, and the sum of it in the tab's title. */
export class RoomsView {
  #chat;

  constructor(chat) {
    this.#chat = chat;
    chat.addEventListener('rooms', () => this.#render());
    chat.addEventListener('room', () => this.#render());
  }

  #render() {
    const { joined, directory, current } = this.#chat;
    const others = directory.filter(({ name }) => !joined.has(name));
    updateList(
      byId('my-rooms'),
      [...joined.values()],
      ({ name }) => name,
      createItem,
      (item, room) => {
        const button = updateItem(item, room.name, room.unread > 0 ? badge(room.unread) : '');
        if (room === current) button.setAttribute('aria-current', 'page');
        else button.removeAttribute('aria-current');
        button.classList.toggle('unread', room.unread > 0);
      },
    );
    updateList(
      byId('other-rooms'),
      others,
      ({ name }) => name,
      createItem,
      (item, { name, people }) => {
        updateItem(item, name, count(people));
      },
    );
    byId('other-rooms-part').hidden = others.length === 0;

    // Leaving the last room would only lead back to the lobby.
    byId('leave-room').hidden = joined.size < 2;

    const rooms = [...joined.values()];
    byId('elsewhere').hidden = !rooms.some((room) => room !== current && room.unread > 0);
    const unread = rooms.reduce((sum, room) => sum + room.unread, 0);
    const title = current === null ? 'Bounce chat' : `#${current.name} · Bounce chat`;
    document.title = unread > 0 ? `(${unread}) ${title}` : title;
  }
}

function createItem() {
  // The address is the truth about which room is shown: links, reloads and the back button work by themselves.
  const open = ({ currentTarget }) => {
    location.hash = currentTarget.dataset.room;
  };
  return element('li', {}, element('button', { type: 'button', onclick: open }));
}

function updateItem(item, name, extra) {
  const button = item.firstChild;
  button.dataset.room = name;
  button.replaceChildren(element('span', { class: 'name' }, name), extra);
  return button;
}

function badge(unread) {
  const text = unread > 99 ? '99+' : String(unread);
  return element(
    'span',
    { class: 'badge' },
    text,
    element('span', { class: 'sr-only' }, ' unread'),
  );
}

function count(people) {
  if (people === 0) return '';
  return element('span', { class: 'people' }, `${people} here`);
}
