import { SyncBounceClient } from 'bounce-ws/client/sync';

class ProtocolLogic extends SyncBounceClient {
  messages = [];

  constructor(url) {
    super(url);
    // Wait for the connection, its end, or an error.
    while (!this.readyState);
  }

  onopen() {
    console.log('Opened connection');
  }

  onclose() {
    console.log('Closed connection');
  }

  onerror({ message }) {
    console.log('Connection error', message);
  }

  onmessage({ data }) {
    this.messages.push(data);
  }
}

const ws = new ProtocolLogic(process.argv[2]);

ws.send('text');
ws.poll({ forMs: 1000 });

console.log(ws.messages);

ws.close();
