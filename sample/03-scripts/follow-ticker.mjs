// Prints the next prices of the ticker.
import { SyncBounceClient } from 'bounce-ws/client/sync';

const count = Number(process.argv[2] ?? 20);

const ticker = new SyncBounceClient(`ws://localhost:${process.env.PORT ?? 3000}/`);
ticker.subscribe('price');

for (let left = count; left > 0;) {
  const message = ticker.receive({ timeoutMs: 5000 });
  if (message === null) throw new Error('The ticker has fallen silent.');
  if (message.event !== 'price') continue;
  console.log(message.timestamp, message.data.price.toFixed(2));
  left -= 1;
}

ticker.close();
