import { queryObjects, setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { BounceSocket } from 'bounce-ws';

const MOST_TURNS = 20;
const TURN_MS = 50;

/**
 * Gives the garbage collector some turns: what a promise or a stream still holds goes with them.
 *
 * @param atMost how many may be left: it is not tried any longer then
 * @returns how many BounceSockets it could not take
 */
export async function socketsLeft(atMost = 0): Promise<number> {
  let left = countSockets();
  for (let turn = 0; turn < MOST_TURNS && left > atMost; turn++) {
    await new Promise((resolve) => setTimeout(resolve, TURN_MS));
    left = countSockets();
  }
  return left;
}

function countSockets(): number {
  setFlagsFromString('--expose-gc');
  (runInNewContext('gc') as () => void)();
  return queryObjects(BounceSocket, { format: 'count' });
}
