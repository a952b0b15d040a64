import { createSecretKey } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { JwtAuthenticator } from 'bounce-ws/jwt';
import { SignJWT } from 'jose';
import { UsersDirectory } from './users.directory.js';

const LIFETIME = '5 minutes';

// Every node has to know it. A real application takes it from its environment and from nowhere else.
const SECRET = process.env['JWT_SECRET'] ?? 'a demo secret that everybody can read here';

/** Issues the tokens that the pages sign in with, and knows them again. */
@Injectable()
export class TokenService {
  readonly authenticator: JwtAuthenticator;

  constructor(private readonly users: UsersDirectory) {
    this.authenticator = new JwtAuthenticator({
      algorithms: ['HS256'],
      secret: SECRET,
      loadUser: (id) => this.users.find(id),
    });
  }

  issue(userId: string): Promise<string> {
    return new SignJWT()
      .setProtectedHeader({ alg: 'HS256' })
      .setSubject(userId)
      .setExpirationTime(LIFETIME)
      .sign(createSecretKey(Buffer.from(SECRET)));
  }
}
