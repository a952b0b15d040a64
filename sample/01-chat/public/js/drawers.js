import { byId } from '/shared/dom.js';

const DRAWERS = {
  rooms: {
    pane: byId('rooms-pane'),
    button: byId('show-rooms'),
    narrow: matchMedia('(max-width: 46rem)'),
  },
  people: {
    pane: byId('people-pane'),
    button: byId('show-people'),
    narrow: matchMedia('(max-width: 62rem)'),
  },
};

/** On narrow screens the two panes slide in. Hidden ones are inert, Escape closes, focus goes back to the button. */
export function setUpDrawers() {
  for (const [name, { button, narrow }] of Object.entries(DRAWERS)) {
    button.addEventListener('click', () => open(name));
    narrow.addEventListener('change', () => open(null));
  }
  byId('scrim').addEventListener('click', closeDrawers);
  document.addEventListener('keydown', (event) => event.key === 'Escape' && closeDrawers());
  open(null);
}

export function closeDrawers() {
  const { drawer } = byId('app').dataset;
  if (drawer === undefined) return;
  open(null);
  DRAWERS[drawer].button.focus();
}

function open(opened) {
  if (opened === null) delete byId('app').dataset.drawer;
  else byId('app').dataset.drawer = opened;
  for (const [name, { pane, button, narrow }] of Object.entries(DRAWERS)) {
    pane.inert = narrow.matches && name !== opened;
    button.setAttribute('aria-expanded', String(name === opened));
  }
  document.querySelector('.conversation').inert = opened !== null;
  if (opened !== null) DRAWERS[opened].pane.querySelector('button, input')?.focus();
}
