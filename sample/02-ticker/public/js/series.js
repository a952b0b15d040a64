/** The values of the last stretch of time, with the time of each. */
export class Series {
  points = [];

  constructor(windowMs) {
    this.windowMs = windowMs;
  }

  push(value, time) {
    this.points.push({ time, value });
    // One point older than the window is kept: the line comes in from the edge instead of starting inside.
    const surplus = this.points.findIndex((point) => point.time > time - this.windowMs) - 1;
    if (surplus > 0) this.points.splice(0, surplus);
  }

  /** Where the curve is at a time, between two points too; at its end if it has not come so far. */
  at(time) {
    const after = this.points.findLastIndex((point) => point.time <= time) + 1;
    const [from, to] = [this.points[after - 1], this.points[after]];
    if (from === undefined || to === undefined) return from;
    const share = (time - from.time) / (to.time - from.time);
    return { time, value: from.value + (to.value - from.value) * share };
  }

  /** The smallest and the largest value. */
  range() {
    let min = Infinity;
    let max = -Infinity;
    for (const { value } of this.points) {
      if (value < min) min = value;
      if (value > max) max = value;
    }
    return { min, max };
  }
}
