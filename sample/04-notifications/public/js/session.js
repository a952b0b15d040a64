const KEY = 'bounce-notifications-user';

/** Who this tab is signed in as. Kept for the tab, so that two tabs may be two people. */
export class Session {
  /** The id of the user; `null` when nobody is. */
  get userId() {
    return sessionStorage.getItem(KEY);
  }

  /** Signs in. @returns the user */
  async signIn(userId) {
    const { user } = await openSession(userId);
    sessionStorage.setItem(KEY, userId);
    return user;
  }

  /** Another token for whoever is signed in. */
  async token() {
    return (await openSession(this.userId)).token;
  }

  end() {
    sessionStorage.removeItem(KEY);
  }
}

/** What the server says to somebody who signs in: the user and a token. */
async function openSession(userId) {
  const response = await fetch('/session', {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify({ userId }),
  });
  if (!response.ok) throw new Error(`Signing in failed with ${response.status}`);
  return response.json();
}

/** Everybody, with who of them is online. @param signal ends it */
export async function fetchUsers(signal) {
  const response = await fetch('/users', { signal });
  if (!response.ok) throw new Error(`The users could not be loaded: ${response.status}`);
  return response.json();
}
