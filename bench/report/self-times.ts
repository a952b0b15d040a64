/** What `node --cpu-prof` writes; times are microseconds on the clock of `process.hrtime()`. */
export interface CpuProfile {
  readonly startTime: number;
  readonly nodes: readonly {
    readonly id: number;
    readonly callFrame: {
      readonly functionName: string;
      readonly url: string;
      readonly lineNumber: number;
    };
  }[];
  readonly samples: readonly number[];
  readonly timeDeltas: readonly number[];
}

/** A stretch of time. */
export interface Stretch {
  readonly fromMicros: number;
  readonly toMicros: number;
}

/** A function and the time spent in itself. */
export interface SelfTime {
  readonly name: string;
  /** `lib/connection/outbound-queue.js:12`, `ws/lib/receiver.js:34`, `node:net:56`; empty for what is no JavaScript. */
  readonly place: string;
  micros: number;
}

/** Adds up the samples of each function, the longest first. */
export function selfTimes(profile: CpuProfile, stretch: Stretch | undefined): SelfTime[] {
  const nodes = new Map(profile.nodes.map((node) => [node.id, node.callFrame]));
  const byFunction = new Map<string, SelfTime>();
  let now = profile.startTime;
  profile.samples.forEach((id, index) => {
    const delta = profile.timeDeltas[index]!;
    now += delta;
    const isOutside = stretch !== undefined && (now < stretch.fromMicros || now > stretch.toMicros);
    const frame = nodes.get(id);
    if (isOutside || frame === undefined || frame.functionName === '(idle)') return;
    const name = frame.functionName || '(anonymous)';
    const place = frame.url === '' ? '' : `${shorten(frame.url)}:${frame.lineNumber + 1}`;
    const key = `${name} ${place}`;
    const entry = byFunction.get(key) ?? { name, place, micros: 0 };
    entry.micros += delta;
    byFunction.set(key, entry);
  });
  return [...byFunction.values()].toSorted((a, b) => b.micros - a.micros);
}

function shorten(url: string): string {
  return url.replace(/^file:.*\/node_modules\//, '').replace(/^file:.*\/bench\/dist\//, '');
}
