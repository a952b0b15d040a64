const SIGNIFICANT_DIGITS = 3;

/** `212 345`, or `1.23` for small numbers. */
export function formatNumber(value: number): string {
  if (Math.abs(value) >= 1_000) {
    return Math.round(value)
      .toString()
      .replaceAll(/\B(?=(\d{3})+$)/g, ' ');
  }
  return String(Number(value.toPrecision(SIGNIFICANT_DIGITS)));
}

/** `1.97x` */
export function formatRatio(ratio: number): string {
  return `${ratio.toFixed(2)}x`;
}
