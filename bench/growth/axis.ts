const TICKS = 4;
const NICE = [1, 2, 2.5, 5, 10];

/** Where values are along one direction of a plot. */
export interface Axis {
  readonly ticks: readonly number[];
  /** From 0 at the beginning to 1 at the end. */
  place(value: number): number;
}

/** From 0 to a round number that is at least as large as all values. */
export function linearAxis(values: readonly number[]): Axis {
  const largest = Math.max(...values, Number.MIN_VALUE);
  const step = niceStep(largest / TICKS);
  const count = Math.ceil(largest / step - 1e-9);
  const ticks = Array.from({ length: count + 1 }, (_, index) => index * step);
  return { ticks, place: (value) => value / (count * step) };
}

/** From the smallest to the largest value, equal ratios equally far apart; the values are the ticks. */
export function logAxis(values: readonly number[]): Axis {
  const first = Math.log(Math.min(...values));
  const last = Math.log(Math.max(...values));
  return { ticks: values, place: (value) => (Math.log(value) - first) / (last - first) };
}

/** The smallest round number that is at least this. */
function niceStep(atLeast: number): number {
  const power = 10 ** Math.floor(Math.log10(atLeast));
  return power * NICE.find((digit) => digit * power >= atLeast * (1 - 1e-9))!;
}
