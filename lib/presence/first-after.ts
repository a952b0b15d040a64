/** Where in a sorted list the names after a given one begin. */
export function firstAfter(sorted: readonly string[], name: string): number {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (sorted[middle]! > name) high = middle;
    else low = middle + 1;
  }
  return low;
}
