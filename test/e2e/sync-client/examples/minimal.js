/* oxlint-disable unicorn/prefer-add-event-listener -- assigning callbacks is what the example is about */
import { SyncBounceClient } from 'bounce-ws/client/sync';

const ws = new SyncBounceClient(process.argv[2]);

ws.onmessage = ({ data }) => console.log(data);
ws.onopen = () => console.log('Opened connection');
ws.onclose = () => console.log('Closed connection');
ws.onerror = ({ message }) => console.log('Connection error', message);

while (!ws.readyState);

ws.send('text');
ws.poll({ forMs: 1000 });

ws.close();
