import { Body, Controller, Post, UnauthorizedException } from '@nestjs/common';
import { TokenService } from './token.service.js';
import { type User, UsersDirectory } from './users.directory.js';

/** Signing in: a name is enough here, where a real application asks for a password. */
@Controller('session')
export class SessionController {
  constructor(
    private readonly users: UsersDirectory,
    private readonly tokens: TokenService,
  ) {}

  @Post()
  async signIn(@Body('userId') userId: unknown): Promise<{ user: User; token: string }> {
    const user = this.users.find(String(userId));
    if (user === undefined) throw new UnauthorizedException();
    return { user, token: await this.tokens.issue(user.id) };
  }
}
