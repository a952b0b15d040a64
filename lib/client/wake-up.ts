/** The part of a page that tells when a connection deserves a fresh look. */
export interface WakeUpScope {
  readonly addEventListener?: EventTarget['addEventListener'];
  readonly document?: (EventTarget & { readonly visibilityState: string }) | undefined;
}

/**
 * Calls back when the network comes or goes, and when the page is looked at again. Outside a browser it never does.
 *
 * @returns Stops it
 */
export function watchWakeUps(onWakeUp: () => void, scope: WakeUpScope = globalThis): () => void {
  const { document } = scope;
  const watching = new AbortController();
  const { signal } = watching;
  const onVisibility = () => {
    if (document?.visibilityState === 'visible') onWakeUp();
  };
  scope.addEventListener?.('online', onWakeUp, { signal });
  scope.addEventListener?.('offline', onWakeUp, { signal });
  document?.addEventListener('visibilitychange', onVisibility, { signal });
  return () => watching.abort();
}
