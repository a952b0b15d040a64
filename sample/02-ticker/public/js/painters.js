/** A line with a soft area below it. */
export function paintArea(context, { chart, points, x, y, axis }) {
  for (const run of runsOf(points, chart.gapMs)) {
    const line = trace(run, x, y);
    const shade = context.createLinearGradient(0, y(axis.max), 0, y(axis.min));
    shade.addColorStop(0, faint(chart.hue, 0.26));
    shade.addColorStop(1, faint(chart.hue, 0));
    context.fillStyle = shade;
    context.fill(downTo(y(axis.min), line, x(run[0].time), x(run.at(-1).time)));
    stroke(context, line, chart.hue, 2);
  }
}

/** A line that comes out of nothing at the left, like the trace of an oscilloscope. */
export function paintTrace(context, { chart, points, x, y, edge }) {
  const fading = context.createLinearGradient(0, 0, edge, 0);
  fading.addColorStop(0, faint(chart.hue, 0));
  fading.addColorStop(0.6, chart.hue);
  for (const run of runsOf(points, chart.gapMs)) stroke(context, trace(run, x, y), fading, 2.5);
}

/** One bar for every value. */
export function paintBars(context, { chart, points, x, y, axis, edge }) {
  const width = Math.max(2, (edge * 1000) / chart.series.windowMs - 3);
  context.fillStyle = chart.hue;
  for (const { time, value } of points) {
    const top = Math.min(y(value), y(axis.min) - 2);
    context.beginPath();
    context.roundRect(x(time) - width, top, width, y(axis.min) - top, [
      Math.min(3, width / 2),
      Math.min(3, width / 2),
      0,
      0,
    ]);
    context.fill();
  }
}

/** The same colour, nearly or quite transparent: a gradient to `transparent` would turn grey on its way. */
function faint(hue, share) {
  const alpha = Math.round(share * 255);
  return hue + alpha.toString(16).padStart(2, '0');
}

/** Cuts the points where nothing arrived for a while: there the line must not pretend to know. */
function runsOf(points, gapMs) {
  const runs = [];
  let before;
  for (const point of points) {
    if (before === undefined || point.time - before.time > gapMs) runs.push([]);
    runs.at(-1).push(point);
    before = point;
  }
  return runs;
}

function trace(points, x, y) {
  const path = new Path2D();
  for (const { time, value } of points) path.lineTo(x(time), y(value));
  return path;
}

function downTo(bottom, line, left, right) {
  const path = new Path2D(line);
  path.lineTo(right, bottom);
  path.lineTo(left, bottom);
  return path;
}

function stroke(context, path, style, width) {
  context.strokeStyle = style;
  context.lineWidth = width;
  context.lineJoin = 'round';
  context.lineCap = 'round';
  context.stroke(path);
}
