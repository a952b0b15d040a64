import { parentPort } from 'node:worker_threads';
import type { ThreadCommand } from './channel.interface.js';
import { SocketDriver } from './socket-driver.js';

// The network thread. It ends by itself when it was told to and the last connection's port is closed.
parentPort?.on('message', (command: ThreadCommand) => {
  if (command === 'end') parentPort?.close();
  else new SocketDriver(command).open();
});
