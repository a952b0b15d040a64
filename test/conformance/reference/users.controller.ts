import { Controller, Get } from '@nestjs/common';
import { OnlineStatus } from 'bounce-ws';
import { type User, users } from './users.js';

/** The users, and who of them is online. */
@Controller('users')
export class UsersController {
  @Get()
  @OnlineStatus()
  findAll(): User[] {
    return users();
  }
}
