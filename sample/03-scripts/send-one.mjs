// Says one thing in the lobby of the chat, and leaves.
import { randomUUID } from 'node:crypto';
import { SyncBounceClient } from 'bounce-ws/client/sync';

const [, , text = 'Hello from a script.', name = 'Script'] = process.argv;

const chat = new SyncBounceClient(`ws://localhost:${process.env.PORT ?? 3000}/`);
chat.request('introduce', { name, tab: randomUUID() });
const { people } = chat.request('join', { room: 'lobby' });
const { from } = chat.request('say', { room: 'lobby', text });
console.log(`${from} said it to ${people.length - 1} others.`);
chat.close();
