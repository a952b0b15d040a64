import { parentPort } from 'node:worker_threads';
import type { ThreadCommand } from './channel.interface.js';
import { SocketDriver } from './socket-driver.js';

const drivers = new Set<SocketDriver>();

// The network thread. It ends by itself when it was told to and the last connection's port is closed.
parentPort?.on('message', (command: ThreadCommand) => {
  if (command === 'end') parentPort?.close();
  else {
    const driver = new SocketDriver(command, () => drivers.delete(driver));
    drivers.add(driver);
    driver.open();
  }
});

// Whoever blocks for a connection would otherwise wait for ever, and nothing could tell them why.
process.on('uncaughtException', (error) => {
  for (const driver of drivers) driver.fail(error);
});
