/*
 * The script a page includes: <script src="/bounce-ws/client.js" data-path="/ws" data-subscribe="clock,news">.
 * It sets window.BounceClient, and HANDLERS and sendMessage for pages that want no library.
 */
import { BounceClient } from './bounce-client.js';
import { installPageApi, type PageHandlers } from './page-api.js';

// Read as a page's script would read it: that also finds `const HANDLERS`, which is no property of window.
declare const HANDLERS: PageHandlers | null | undefined;

const script = document.currentScript as HTMLScriptElement | null;

function openFromScript(): BounceClient {
  const { path = '/', allowEval = 'false', subscribe = '' } = script?.dataset ?? {};
  const client = new BounceClient(new URL(path, script?.src ?? location.href), {
    allowEval: allowEval !== 'false',
  });
  const events = subscribe.split(',').flatMap((name) => name.trim() || []);
  if (events.length > 0) void client.subscribe(...events);
  return client;
}

Object.assign(window, { BounceClient });
installPageApi(window, () => HANDLERS ?? {}, openFromScript);
