/** An axis that holds the values, with a round distance between its lines. */
export function roundScale({ min, max }) {
  if (min > max) return { min: 99, max: 101, step: 0.5 };
  const step = roundStep(Math.max(max - min, 0.5) / 4);
  return { min: Math.floor(min / step) * step, max: Math.ceil(max / step + 0.001) * step, step };
}

/** An axis that starts at nothing and shows at least a quarter. */
export function shareScale({ max }) {
  const top = Math.max(0.25, max);
  const step = roundStep(top / 4);
  return { min: 0, max: Math.ceil(top / step) * step, step };
}

export const waveScale = () => ({ min: -1.1, max: 1.1, step: 0.5 });

function roundStep(rough) {
  const magnitude = 10 ** Math.floor(Math.log10(rough));
  const factor = [1, 2, 2.5, 5, 10].find((candidate) => candidate * magnitude >= rough) ?? 10;
  return factor * magnitude;
}
