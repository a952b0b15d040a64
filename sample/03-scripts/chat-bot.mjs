// Sits in the lobby of the chat, greets who comes in and tells the time, until the server stops or you press Ctrl+C.
import { randomUUID } from 'node:crypto';
import { SyncBounceClient } from 'bounce-ws/client/sync';

const url = `ws://localhost:${process.env.PORT ?? 3000}/`;
const room = 'lobby';

class ChatBot extends SyncBounceClient {
  constructor(name) {
    super(url);
    this.request('introduce', { name, tab: randomUUID() });
    this.request('join', { room });
    this.on('joined', (joined) => this.say(`Welcome, ${joined.name}. Ask me for the !time.`));
    this.on('message', ({ from, text }) => {
      if (text === '!time') this.say(`It is ${new Date().toLocaleTimeString()}, ${from}.`);
    });
  }

  say(text) {
    this.request('say', { room, text });
  }

  onopen() {
    console.log('The bot is in the lobby.');
  }

  onclose({ code }) {
    console.log(`The chat is over (${code}).`);
  }
}

const bot = new ChatBot('Bot');
bot.poll({ forMs: Infinity });
