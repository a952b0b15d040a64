import { Module } from '@nestjs/common';
import { TokenService } from './token.service.js';
import { UsersDirectory } from './users.directory.js';

@Module({
  providers: [UsersDirectory, TokenService],
  exports: [UsersDirectory, TokenService],
})
export class UsersModule {}
