import { GATEWAY_COUNT } from '../../payloads.js';
import { serve } from '../support/serve.js';
import { type Handler, startWs } from './ws-server.js';

interface Echo {
  readonly text: string;
  readonly n: number;
}

serve(() => {
  const table = new Map<string, Handler>();
  for (let index = 1; index <= GATEWAY_COUNT; index++) {
    table.set(`echo${index}`, (_client, { text, n }: Echo) => ({ text, n }));
  }
  return startWs(table);
});
