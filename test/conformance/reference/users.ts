/** A user of the reference server, as `whoami` tells it. */
export interface User {
  readonly id: string;
}

/** The secret that tokens for the reference server are signed with, with HS256. It is no secret: PROTOCOL.md has it. */
export const SECRET = 'reference-server-secret-0123456789abcdef';

const USERS = ['alice', 'bob', 'carol'];

/** All users. */
export const users = (): User[] => USERS.map((id) => ({ id }));

/** The user of that id. */
export const findUser = (id: string): User | undefined => users().find((user) => user.id === id);
