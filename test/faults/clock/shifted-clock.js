/**
 * Preloaded into a server's process: its clock is wrong by CLOCK_SHIFT_MS, and `shiftClock(ms)` sets it anew while it runs.
 * As when a system's clock is set, what counts from the start of the process (`performance.now()`, timers) goes on as it is.
 */
const RealDate = Date;
let shiftMs = Number(process.env.CLOCK_SHIFT_MS);

const now = () => RealDate.now() + shiftMs;

globalThis.Date = new Proxy(RealDate, {
  construct: (target, values, newTarget) =>
    Reflect.construct(target, values.length === 0 ? [now()] : values, newTarget),
  apply: () => new RealDate(now()).toString(),
  get: (target, key) => (key === 'now' ? now : Reflect.get(target, key)),
});

globalThis.shiftClock = (ms) => {
  shiftMs = ms;
};
