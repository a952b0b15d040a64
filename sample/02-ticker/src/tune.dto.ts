import { Max, Min } from 'class-validator';

export class TuneDto {
  @Min(0.1)
  @Max(3)
  hz!: number;
}
