import { IsEmail, IsInt, IsOptional, IsString, Length, Max, Min } from 'class-validator';

/** The payload of `profile`. */
export class ProfileDto {
  @IsString()
  @Length(1, 20)
  name!: string;

  @IsInt()
  @Min(0)
  @Max(150)
  age!: number;

  @IsOptional()
  @IsEmail()
  email?: string;
}
