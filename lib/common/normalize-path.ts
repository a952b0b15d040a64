/** A path with one slash in front and none at the end: `ws/` and `/ws` are the same endpoint. */
export function normalizePath(path: string): string {
  return `/${path.replace(/^\/+|\/+$/g, '')}`;
}
