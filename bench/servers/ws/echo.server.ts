import { serve } from '../support/serve.js';
import { type Handler, startWs } from './ws-server.js';

interface Echo {
  readonly text: string;
  readonly n: number;
}

serve(({ handlers }) => {
  const table = new Map<string, Handler>([['echo', (_client, { text, n }: Echo) => ({ text, n })]]);
  for (let index = 1; index < handlers; index++) {
    table.set(`event${index}`, (_client, { text, n }: Echo) => ({ text, n }));
  }
  return startWs(table);
});
