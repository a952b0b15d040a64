import { IsInt, IsString, Length, Max, Min } from 'class-validator';

/** The payload of `echo-8-enhanced`, validated in the same way on every Nest server. */
export class EchoDto {
  @IsString()
  @Length(1, 200)
  text!: string;

  @IsInt()
  @Min(0)
  @Max(1_000_000)
  n!: number;
}
