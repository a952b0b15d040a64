/** What a straight line through points says. */
export interface Slope {
  /** How much the value grows by in an hour. */
  readonly perHour: number;
  /** The true slope is within this distance, in 95 of 100 runs. */
  readonly uncertainty: number;
}

const SECONDS_PER_HOUR = 3_600;
/** 95 % of a normal distribution; enough for the dozens of points of a soak. */
const WITHIN_95 = 1.96;

/**
 * The slope by least squares. Neighbouring points of a memory curve resemble each other and so say less than as many
 * independent ones; the number of points is reduced by how much they do (Santer et al. 2000, doi:10.1029/1999JD901105).
 *
 * @param points - the second and the value of each
 */
export function slopeOf(points: readonly (readonly [second: number, value: number])[]): Slope {
  const count = points.length;
  if (count < 3) return { perHour: 0, uncertainty: Infinity };
  const meanX = sum(points.map(([x]) => x)) / count;
  const meanY = sum(points.map(([, y]) => y)) / count;
  const spreadX = sum(points.map(([x]) => (x - meanX) ** 2));
  const slope = sum(points.map(([x, y]) => (x - meanX) * (y - meanY))) / spreadX;
  const rest = points.map(([x, y]) => y - meanY - slope * (x - meanX));
  const squares = sum(rest.map((one) => one ** 2));
  const products = sum(rest.slice(1).map((one, index) => one * rest[index]!));
  const correlation = squares === 0 ? 0 : Math.min(0.99, Math.max(0, products / squares));
  const independent = Math.max(2.5, (count * (1 - correlation)) / (1 + correlation));
  const error = Math.sqrt(squares / (independent - 2) / spreadX);
  return {
    perHour: slope * SECONDS_PER_HOUR,
    uncertainty: WITHIN_95 * error * SECONDS_PER_HOUR,
  };
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
