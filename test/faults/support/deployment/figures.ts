import type { TestContext } from 'vitest';

/** One thing that had to hold, and what was seen. */
export interface Figure {
  readonly must: string;
  readonly seen: string;
}

declare module 'vitest' {
  interface TaskMeta {
    /** What a fault test has seen, for the record. */
    figures?: Figure[];
  }
}

/** The test that something is noted for. */
export type Task = TestContext['task'];

/** Notes what a test has seen; the reporter of the long run makes a table of it. */
export function note(task: Task, must: string, seen: string): void {
  (task.meta.figures ??= []).push({ must, seen });
}

/** `1.2 s` */
export function seconds(ms: number): string {
  return `${(ms / 1_000).toFixed(1)} s`;
}

/** `12 ms` */
export function milliseconds(ms: number): string {
  return `${Math.round(ms)} ms`;
}

/** `12.3 MB` */
export function megabytes(bytes: number): string {
  return `${(bytes / 1_048_576).toFixed(1)} MB`;
}
