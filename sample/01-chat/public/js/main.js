import { Chat } from './chat.js';
import { Composer } from './composer.js';
import { ConnectionBanner } from './connection-banner.js';
import { avatar, byId } from '/shared/dom.js';
import { closeDrawers, setUpDrawers } from './drawers.js';
import { onSubmit, showError } from './forms.js';
import { forgetTab, nameOfThisTab, rememberName, suggestedName } from './identity.js';
import { MessagesView } from './messages-view.js';
import { PeopleView } from './people-view.js';
import { reasonOf } from './reason.js';
import { RoomsView } from './rooms-view.js';

const LOBBY = 'lobby';
const REPLACED = 4409;
const ENDED_TEXT = 'The connection has ended.';
const REPLACED_TEXT = 'This chat was opened again in another tab.';

const banner = new ConnectionBanner();
const client = new window.BounceClient('/');
const chat = new Chat(client);
new RoomsView(chat);
new MessagesView(chat);
new PeopleView(chat);
const composer = new Composer(chat, () => byId('app').dataset.online === 'true');
setUpDrawers();

client.onStateChange(({ state, code }) => {
  byId('app').dataset.online = 'false';
  if (state === 'connected') void arrive();
  else if (state === 'disconnected') banner.lost();
  else if (state === 'closed') banner.ended(code === REPLACED ? REPLACED_TEXT : ENDED_TEXT);
});
banner.connecting();

/** Takes up the chat on a new connection, the first or a later one. */
async function arrive() {
  const name = chat.me ?? nameOfThisTab();
  try {
    if (name === null) askForName(suggestedName());
    else await enter(name);
  } catch (error) {
    if (client.state !== 'connected') return;
    askForName(name, reasonOf(error));
  }
  byId('app').dataset.online = 'true';
  banner.open();
}

onSubmit(byId('welcome-form'), enter);
onSubmit(byId('new-room'), async (room) => {
  await chat.show(room.trim().toLowerCase().replace(/\s+/g, '-'));
  byId('room-name').value = '';
  location.hash = chat.current.name;
});

async function enter(name) {
  await chat.enter(name);
  rememberName(chat.me);
  byId('me-avatar').replaceChildren(avatar(chat.me));
  byId('me-name').textContent = chat.me;
  byId('welcome').hidden = true;
  byId('app').hidden = false;
  if (chat.current === null) await showRoomOfAddress();
}

function askForName(name, error = '') {
  byId('app').hidden = true;
  byId('welcome').hidden = false;
  byId('name').value = name;
  showError(byId('welcome-form'), error);
  byId('name').select();
}

async function showRoomOfAddress() {
  const room = decodeURIComponent(location.hash.slice(1)) || LOBBY;
  try {
    await chat.show(room);
    showError(byId('new-room'), '');
  } catch (error) {
    showError(byId('new-room'), reasonOf(error));
    if (chat.current === null) await chat.show(LOBBY);
  }
  closeDrawers();
  composer.focus();
}

addEventListener('hashchange', () => chat.me !== null && showRoomOfAddress());
for (const type of ['focus', 'visibilitychange']) addEventListener(type, () => chat.seen());

byId('leave-room').addEventListener('click', async () => {
  await chat.leave();
  location.hash = chat.current.name;
});

byId('sign-out').addEventListener('click', () => {
  forgetTab();
  location.reload();
});

addEventListener('keydown', (event) => {
  const step = { ArrowUp: -1, ArrowDown: 1 }[event.key];
  if (!event.altKey || step === undefined || chat.current === null) return;
  event.preventDefault();
  const names = [...chat.joined.keys()];
  location.hash = names.at((names.indexOf(chat.current.name) + step) % names.length);
});
