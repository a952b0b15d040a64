import { Length, Matches } from 'class-validator';
import { Trim } from './trim.decorator.js';

export class IntroduceDto {
  @Trim()
  @Matches(/^[\p{L}\p{N}][\p{L}\p{M}\p{N} ._'-]{0,23}$/u, {
    message:
      "A name has 1 to 24 letters, digits, spaces or . _ ' - and starts with a letter or digit.",
  })
  name!: string;

  @Length(8, 64)
  tab!: string;
}
