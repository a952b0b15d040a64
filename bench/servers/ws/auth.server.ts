import type { IncomingMessage } from 'node:http';
import { jwtVerify } from 'jose';
import { serve } from '../support/serve.js';
import { ALGORITHM, KEY } from '../support/token.js';
import { type Handler, startWs } from './ws-server.js';

/** As one writes it around `ws`: the token is checked before the upgrade. */
function verifyClient(
  { req }: { readonly req: IncomingMessage },
  answer: (isGood: boolean, code?: number) => void,
): void {
  const token = new URL(req.url ?? '/', 'ws://localhost').searchParams.get('token') ?? '';
  jwtVerify(token, KEY, { algorithms: [ALGORITHM] }).then(
    () => answer(true),
    () => answer(false, 401),
  );
}

const echo: Handler = (_client, { text, n }: { readonly text: string; readonly n: number }) => ({
  text,
  n,
});

serve(() => startWs(new Map([['echo', echo]]), undefined, { verifyClient }));
