/** The element with this id. */
export const byId = (id) => document.getElementById(id);

/** Makes an element. Texts go in as text nodes, so nothing anybody types can become markup. */
export function element(tag, attributes = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (name.startsWith('on')) node.addEventListener(name.slice(2), value);
    else if (value === true) node.setAttribute(name, '');
    else if (value !== false && value !== undefined) node.setAttribute(name, value);
  }
  node.append(...children);
  return node;
}

/** Brings a list to the given items and keeps the elements it has, so that focus stays where it is. */
export function updateList(list, items, keyOf, create, update) {
  const before = new Map([...list.children].map((node) => [node.dataset.key, node]));
  items.forEach((item, index) => {
    const key = keyOf(item);
    let node = before.get(key);
    before.delete(key);
    if (node === undefined) {
      node = create(item);
      node.dataset.key = key;
    }
    update(node, item);
    if (list.children[index] !== node) list.insertBefore(node, list.children[index] ?? null);
  });
  for (const gone of before.values()) gone.remove();
}

/** A round sign with somebody's initials, in a colour that is always the same for the same name. */
export function avatar(name) {
  const words = name.split(/[\s._-]+/u).filter((word) => word !== '');
  const initials = words.length > 1 ? [words[0], words.at(-1)] : words;
  const text = initials.map((word) => [...word][0].toUpperCase()).join('');
  let hash = 0;
  for (const char of name.toLowerCase()) hash = (hash * 31 + char.codePointAt(0)) % 3600;
  return element(
    'span',
    { class: 'avatar', style: `--hue: ${hash % 360}`, 'aria-hidden': 'true' },
    text,
  );
}
