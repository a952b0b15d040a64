import { avatar, byId } from '/shared/dom.js';
import { InboxView } from './inbox-view.js';
import { PeopleView, showRecipients } from './people-view.js';
import { Roster } from './roster.js';
import { fetchUsers, Session } from './session.js';

const SIGNED_OUT = 4403;
const session = new Session();
const roster = new Roster();
const inbox = new InboxView();
const accounts = new PeopleView(byId('accounts'), signIn);
const people = new PeopleView(byId('people'), (id) => {
  byId('to').value = id;
  byId('text').focus();
});
let client;
let isSigningIn = false;

async function askWho(message = '') {
  byId('app').hidden = true;
  byId('sign-in').hidden = false;
  byId('sign-in-error').textContent = message;
  try {
    accounts.show(await fetchUsers());
  } catch {
    byId('sign-in-error').textContent = 'The server does not answer. Reload the page to try again.';
  }
}

async function signIn(userId) {
  // A second click, while the first is under way, would connect a second time.
  if (isSigningIn) return;
  isSigningIn = true;
  try {
    const user = await session.signIn(userId);
    byId('me').replaceChildren(avatar(user.name), user.name);
  } catch {
    session.end();
    await askWho('Signing in failed. Try again.');
    return;
  } finally {
    isSigningIn = false;
  }
  byId('sign-in').hidden = true;
  byId('app').hidden = false;
  connect();
  byId('text').focus();
}

function connect() {
  client = new window.BounceClient('/', {
    // The token is told in a message and not in the address, which proxies write to their logs.
    tokenIn: 'message',
    getToken: () => session.token(),
  });
  client.on('welcome', ({ node }) => {
    byId('connection').textContent = `Connected to ${node}`;
    void loadPeople();
  });
  client.on('presence', ({ userId, online }) => {
    roster.set(userId, online);
    showPeople();
  });
  client.on('notification', (notification) => inbox.add(notification));
  // Without a server there is no token either; that is what the state of the connection says.
  client.onError((error) => client.state === 'connected' && console.warn(error));
  client.onStateChange(({ state, previous, code }) => {
    const status = byId('connection');
    const isRetry = state === 'connecting' && previous === 'disconnected';
    if (!isRetry) status.dataset.state = state;
    byId('send').querySelector('button').disabled = state !== 'connected';
    if (state === 'closed') signedOut(code);
    else if (state === 'disconnected') lost();
    else if (state === 'connecting' && previous === 'closed') status.textContent = 'Connecting…';
  });
}

function lost() {
  byId('connection').textContent = 'Connection lost. Reconnecting…';
  roster.forget();
  showPeople();
  byId('online-count').textContent = '';
}

async function loadPeople() {
  byId('people-error').textContent = '';
  try {
    if (!(await roster.load())) return;
    showPeople();
    showRecipients(roster.people.filter(({ id }) => id !== session.userId));
  } catch {
    byId('people-error').textContent = 'The list could not be loaded.';
  }
}

function showPeople() {
  people.show(roster.people, session.userId);
  byId('online-count').textContent = `${roster.onlineCount} online`;
}

function signedOut(code) {
  if (session.userId === null) return;
  session.end();
  inbox.clear();
  void askWho(code === SIGNED_OUT ? 'You were signed out.' : 'The connection has ended.');
}

byId('sign-out').addEventListener('click', () => {
  session.end();
  client.close();
  inbox.clear();
  void askWho();
});
byId('sign-out-everywhere').addEventListener('click', () => client.emit('sign_out_everywhere'));

byId('send').addEventListener('submit', async (event) => {
  event.preventDefault();
  const text = byId('text').value.trim();
  const to = byId('to').value;
  byId('text').toggleAttribute('aria-invalid', false);
  if (text === '') {
    byId('text').setAttribute('aria-invalid', 'true');
    say('Write something first.', true);
    byId('text').focus();
    return;
  }
  try {
    await client.request('notify', to === '' ? { text } : { to, text });
    byId('text').value = '';
    say(`Sent to ${byId('to').selectedOptions[0].textContent}.`);
  } catch {
    say('That could not be sent. Try again.', true);
  }
});

function say(text, isBad = false) {
  byId('send-result').className = isBad ? 'result bad' : 'result';
  byId('send-result').textContent = text;
}

if (session.userId === null) void askWho();
else void signIn(session.userId);
