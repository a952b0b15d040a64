import { ECHO } from '../../payloads.js';
import { serve } from '../support/serve.js';
import { frame, listen } from './sockets.js';

/**
 * The floor of an echo with one message in flight: each read of a socket is answered with a frame that was built before.
 * What was read is looked at only so far that a close frame ends the connection.
 */
const CLOSE = 0x88;

serve(async () => {
  const answer = frame('echo', ECHO);
  const port = await listen((socket) => {
    socket.on('data', (read) => {
      if (read[0] === CLOSE) socket.end();
      else socket.write(answer);
    });
  });
  return { port };
});
