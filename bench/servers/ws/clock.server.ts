import type { WebSocket } from 'ws';
import { CLOCK_HZ, NEWS } from '../../payloads.js';
import { serve } from '../support/serve.js';
import { type Handler, message, startWs } from './ws-server.js';

const subscribers = new Set<WebSocket>();

function subscribe(client: WebSocket, { events }: { readonly events: readonly string[] }): object {
  subscribers.add(client);
  return { events };
}

serve(() => {
  setInterval(() => {
    const toSend = message('clock', NEWS);
    for (const subscriber of subscribers) subscriber.send(JSON.stringify(toSend));
  }, 1_000 / CLOCK_HZ);
  return startWs(new Map<string, Handler>([['subscribe', subscribe]]), (client) => {
    subscribers.delete(client);
  });
});
