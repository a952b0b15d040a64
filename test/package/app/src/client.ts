import { BounceClient } from 'bounce-ws/client';
import { RoomRecovery } from 'bounce-ws/client/recovery';

const client = new BounceClient(process.argv[2] ?? '', { recovery: new RoomRecovery() });
console.log(`the sum is ${String(await client.request('add', { a: 2, b: 3 }))}`);
client.close();
