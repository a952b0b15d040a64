import { Injectable } from '@nestjs/common';

export interface User {
  readonly id: string;
  readonly name: string;
}

const PEOPLE: readonly User[] = [
  { id: 'alice', name: 'Alice Moreau' },
  { id: 'bob', name: 'Bob Lindqvist' },
  { id: 'carol', name: 'Carol Okafor' },
  { id: 'dan', name: 'Dan Ferreira' },
  { id: 'eve', name: 'Eve Nakamura' },
];

/** Stands for the users' table of a real application. */
@Injectable()
export class UsersDirectory {
  findAll(): User[] {
    return PEOPLE.map((person) => ({ ...person }));
  }

  find(id: string): User | undefined {
    return PEOPLE.find((person) => person.id === id);
  }
}
