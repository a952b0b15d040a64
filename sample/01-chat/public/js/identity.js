// The name is remembered twice: for this tab, so that a reload brings you straight back, and for the browser, as a
// suggestion for the next visit. A second tab is somebody else until it says otherwise.

const NAME = 'bounce-chat-name';
const TAB = 'bounce-chat-tab';

/** The secret that tells the server that a new connection is this same tab. */
export function tabKey() {
  let key = sessionStorage.getItem(TAB);
  if (key === null) {
    key = Array.from(crypto.getRandomValues(new Uint32Array(4)), (n) => n.toString(36)).join('-');
    sessionStorage.setItem(TAB, key);
  }
  return key;
}

export const nameOfThisTab = () => sessionStorage.getItem(NAME);

export const suggestedName = () => localStorage.getItem(NAME) ?? '';

export function rememberName(name) {
  sessionStorage.setItem(NAME, name);
  localStorage.setItem(NAME, name);
}

export function forgetTab() {
  sessionStorage.removeItem(NAME);
  sessionStorage.removeItem(TAB);
}
