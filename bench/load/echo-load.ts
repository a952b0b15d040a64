import type { Crowd } from './crowd.js';
import { FrameBatch } from './frame-batch.js';
import type { EchoSettings } from './load-calls.interface.js';

/** A closed loop: for every answer that comes the next message goes out. */
export function startEcho({ connections, wire }: Crowd, settings: EchoSettings): void {
  const { messages, inFlight } = settings;
  const batch = new FrameBatch(wire, messages, inFlight);
  for (const connection of connections) {
    let next = inFlight % batch.cycle;
    connection.onMessages = (count) => {
      connection.write(batch.take(next, count));
      next = (next + count) % batch.cycle;
    };
    connection.write(batch.take(0, inFlight));
  }
}
