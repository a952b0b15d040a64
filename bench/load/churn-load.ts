import { Connection } from './connection.js';
import { clientFrame } from './frames.js';
import type { ConnectSettings } from './load-calls.interface.js';
import { type Message, WIRES, withPath } from './wire.js';

/** Clients that come, exchange one message and go; each is followed by the next. */
export class ChurnLoad {
  /** Clients that came and went. */
  done = 0;

  start(settings: ConnectSettings & { message: Message }): void {
    const { protocol, port, connections, message, path } = settings;
    const wire = withPath(WIRES[protocol], path, 0);
    const visit = async (): Promise<void> => {
      for (;;) {
        const connection = await Connection.open(wire, port);
        await connection.exchange(clientFrame(wire.encode(message)));
        await connection.close();
        this.done++;
      }
    };
    for (let index = 0; index < connections; index++) void visit();
  }
}
