const KEY = 'bounce-notifications-user';

/** Who this tab is signed in as. Kept for the tab, so that two tabs may be two people. */
export class Session {
  /** The id of the user; `null` when nobody is. */
  get userId() {
    return sessionStorage.getItem(KEY);
  }

  /** Signs in, or once more for another token. @returns what the server says: the user and a token */
  async signIn(userId) {
    const response = await fetch('/session', {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify({ userId }),
    });
    if (!response.ok) throw new Error(`Signing in failed with ${response.status}`);
    sessionStorage.setItem(KEY, userId);
    return response.json();
  }

  end() {
    sessionStorage.removeItem(KEY);
  }
}

/** Everybody, with who of them is online. */
export async function fetchUsers() {
  const response = await fetch('/users');
  if (!response.ok) throw new Error(`The users could not be loaded: ${response.status}`);
  return response.json();
}
