import { Length } from 'class-validator';
import { RoomDto } from './room.dto.js';
import { Trim } from './trim.decorator.js';

export class SayDto extends RoomDto {
  @Trim()
  @Length(1, 2000, { message: 'A message has 1 to 2000 characters.' })
  text!: string;
}
