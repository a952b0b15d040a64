import { IsOptional, IsString, Length } from 'class-validator';

export class NotifyDto {
  /** A user's id; everybody when it is left out. */
  @IsOptional()
  @IsString()
  @Length(1, 64)
  to?: string;

  @IsString()
  @Length(1, 200)
  text!: string;
}
