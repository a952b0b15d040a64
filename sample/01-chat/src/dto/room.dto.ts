import { Matches } from 'class-validator';
import { Trim } from './trim.decorator.js';

export class RoomDto {
  @Trim()
  @Matches(/^[a-z0-9][a-z0-9-]{0,31}$/, {
    message: 'A room has 1 to 32 small letters, digits or hyphens in its name.',
  })
  room!: string;
}
