/**
 * Runs a script that the server sent, if the page agreed to that. Outside a browser it never runs: a script in a page
 * is bounded by the page, one in Node is not.
 */
export function evalJs(data: unknown, allowed: boolean): void {
  const script = typeof data === 'string' ? data : (data as { script?: unknown } | null)?.script;
  if (!allowed || !isBrowser()) {
    console.warn('[bounce-ws] A script of the server was not run');
  } else if (typeof script === 'string') {
    // As a property, eval sees the global scope only, and a bundler may still rename what is around it.
    // oxlint-disable-next-line no-eval -- what the option allowEval is for
    globalThis.eval(script);
  }
}

function isBrowser(): boolean {
  const { process } = globalThis as { process?: { versions?: { node?: string } } };
  return typeof document === 'object' && process?.versions?.node === undefined;
}
