import { Controller, Get } from '@nestjs/common';
import { OnlineStatus } from 'bounce-ws';
import { type User, UsersDirectory } from './users.directory.js';

@Controller('users')
export class UsersController {
  constructor(private readonly users: UsersDirectory) {}

  @Get()
  @OnlineStatus()
  findAll(): User[] {
    return this.users.findAll();
  }
}
