/** Bytes in a megabyte, as memory is given. */
export const MEBIBYTE = 1024 * 1024;

/** One line of a table that says what was held. */
export interface Held {
  readonly what: string;
  readonly figure: string;
  readonly wanted: string;
  /** `undefined` where the run was too short to say. */
  readonly isKept: boolean | undefined;
}

/** A table for a page and for a terminal. */
export function tableOfHeld(held: readonly Held[]): string {
  const rows = held.map(({ what, figure, wanted, isKept }) => {
    const kept = isKept === undefined ? 'too short to say' : isKept ? 'yes' : 'no';
    return `| ${what} | ${figure} | ${wanted} | ${kept} |`;
  });
  return ['| measure | held | wanted | kept |', '| --- | --- | --- | --- |', ...rows].join('\n');
}
