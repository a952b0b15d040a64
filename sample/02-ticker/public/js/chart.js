import { Series } from './series.js';
import { Surface } from './surface.js';

// The widest label is a price, `1000.00`.
const LABELS_WIDTH = 60;
const PADDING = 10;
// Room for half of the dot at the end of a line.
const EDGE = 7;

/** What all charts share: time runs to the left, values have a grid and labels at the right. */
export class Chart {
  /** Whether time goes on. A chart that is not live stands still at its last value. */
  live = false;
  series;
  surface;
  #dirty = true;
  #stoppedAt = performance.now();

  /**
   * `delayMs`: how far behind the present to draw, so that late messages do not show. `gapMs`: a silence this long is
   * left blank. `scale`: called with the range of the values, returns `{ min, max, step }` of the axis.
   */
  constructor(
    canvas,
    { windowMs, delayMs = 0, gapMs = Infinity, color, scale, label, paint, hasDot = false },
  ) {
    this.series = new Series(windowMs);
    this.surface = new Surface(canvas, () => (this.#dirty = true));
    Object.assign(this, { delayMs, gapMs, color, scale, label, paint, hasDot });
  }

  /** The colour of its curve in the page's theme. */
  get hue() {
    return this.surface.colors[this.color];
  }

  push(value, time) {
    this.series.push(value, time);
    this.#dirty = true;
  }

  setLive(live) {
    if (this.live && !live) this.#stoppedAt = performance.now();
    this.live = live;
    this.#dirty = true;
  }

  draw() {
    if (!this.live && !this.#dirty) return;
    this.#dirty = false;
    const { surface, series } = this;
    if (surface.width === 0) return;
    const context = surface.clear();
    const now = (this.live ? performance.now() : this.#stoppedAt) - this.delayMs;
    const axis = this.scale(series.range());
    const right = surface.width - LABELS_WIDTH;
    const edge = right - EDGE;
    const height = surface.height - 2 * PADDING;
    const x = (time) => edge - ((now - time) / series.windowMs) * edge;
    const y = (value) => PADDING + ((axis.max - value) / (axis.max - axis.min)) * height;

    this.#drawGrid(context, axis, y, right);
    context.save();
    context.beginPath();
    context.rect(0, 0, edge, surface.height);
    context.clip();
    this.paint(context, { chart: this, points: series.points, x, y, axis, edge });
    context.restore();
    if (this.hasDot) this.#drawDot(context, x, y, series.at(now));
  }

  #drawDot(context, x, y, point) {
    if (point === undefined || x(point.time) < 0) return;
    context.beginPath();
    context.arc(x(point.time), y(point.value), 4.5, 0, 2 * Math.PI);
    context.fillStyle = this.hue;
    context.strokeStyle = this.surface.colors.surface;
    context.lineWidth = 2;
    context.fill();
    context.stroke();
  }

  #drawGrid(context, { min, max, step }, y, right) {
    const { colors, font } = this.surface;
    context.font = font;
    context.textBaseline = 'middle';
    context.fillStyle = colors.muted;
    context.strokeStyle = colors.line;
    context.lineWidth = 1;
    for (let value = Math.ceil(min / step) * step; value <= max + step / 1000; value += step) {
      // Half a pixel down, a thin line covers one row of pixels instead of two.
      const row = Math.round(y(value)) + 0.5;
      context.beginPath();
      context.moveTo(0, row);
      context.lineTo(right, row);
      context.stroke();
      context.fillText(this.label(value), right + 10, row);
    }
  }
}
