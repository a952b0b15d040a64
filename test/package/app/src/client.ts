import { BounceClient } from 'bounce-ws/client';

const client = new BounceClient(process.argv[2] ?? '');
console.log(`the sum is ${String(await client.request('add', { a: 2, b: 3 }))}`);
client.close();
