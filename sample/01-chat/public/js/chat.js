import { tabKey } from './identity.js';
import { Room } from './room.js';

const LOBBY = 'lobby';

/**
 * The chat without its looks: what the server said, and what to say to it. Tells the views by events: `rooms`, `room`
 * (another one is shown), `entry`, `people` and `typing` (of the room that is shown).
 */
export class Chat extends EventTarget {
  /** This person's name; null until the server has accepted one. */
  me = null;
  /** The rooms this page is in, by name. */
  joined = new Map();
  /** Every room there is: `[{ name, people }]`. */
  directory = [];
  /** The room that is shown. */
  current = null;
  #client;

  constructor(client) {
    super();
    this.#client = client;
    client.on('rooms', ({ rooms }) => this.#list(rooms));
    client.on('message', (message) => this.#add(message.room, message));
    client.on('joined', ({ room, name }) => this.#come(room, name));
    client.on('left', ({ room, name }) => this.#go(room, name));
    client.on('typing', ({ room, name, typing }) => this.#type(room, name, typing));
    client.on('disconnect', () => this.#forgetTyping());
  }

  /** Introduces this page; again after every reconnection, because the server knows connections, not people. */
  async enter(name) {
    const welcome = await this.#client.request('introduce', { name, tab: tabKey() });
    this.me = welcome.name;
    this.#list(welcome.rooms);
    for (const room of this.joined.keys()) await this.#join(room);
    if (this.current !== null) this.#tell('room');
  }

  /** Shows a room, and joins it first if need be. */
  async show(name) {
    this.current = this.joined.get(name) ?? (await this.#join(name));
    this.seen();
    this.#tell('rooms');
    this.#tell('room');
  }

  async leave() {
    const { name } = this.current;
    await this.#client.request('leave', { room: name });
    this.joined.delete(name);
    await this.show(this.joined.keys().next().value ?? LOBBY);
  }

  async say(room, text) {
    this.#add(room, await this.#client.request('say', { room, text }));
  }

  typing(room, typing) {
    this.#client.emit('typing', { room, typing });
  }

  /** What the shown room had to say has been read. */
  seen() {
    if (this.current === null || document.hidden || this.current.unread === 0) return;
    this.current.unread = 0;
    this.#tell('rooms');
  }

  async #join(name) {
    const { room: joined, people, messages } = await this.#client.request('join', { room: name });
    const room = this.joined.get(joined) ?? new Room(joined);
    this.joined.set(joined, room);
    room.people = new Set(people);
    for (const message of messages) room.add(message);
    return room;
  }

  #add(name, entry) {
    const room = this.joined.get(name);
    if (room === undefined || !room.add(entry)) return;
    if (entry.from !== undefined) room.setTyping(entry.from, false);
    const unread = room !== this.current || document.hidden;
    if (unread && entry.from !== undefined) {
      room.unread += 1;
      this.#tell('rooms');
    }
    if (room === this.current) {
      this.#tell('entry', entry);
      this.#tell('typing');
    }
  }

  #come(name, person) {
    const room = this.joined.get(name);
    if (room === undefined || room.people.has(person)) return;
    room.people.add(person);
    this.#add(name, { note: `${person} joined`, at: new Date().toISOString() });
    if (room === this.current) this.#tell('people');
  }

  #go(name, person) {
    const room = this.joined.get(name);
    if (!room?.people.delete(person)) return;
    room.setTyping(person, false);
    this.#add(name, { note: `${person} left`, at: new Date().toISOString() });
    if (room === this.current) this.#tell('people');
  }

  #type(name, person, typing) {
    const room = this.joined.get(name);
    if (room === undefined) return;
    const changed = () => room === this.current && this.#tell('typing');
    room.setTyping(person, typing, changed);
    changed();
  }

  /** Whoever was typing when the connection was lost: nobody says when they stop. */
  #forgetTyping() {
    for (const room of this.joined.values()) {
      for (const name of room.typing) room.setTyping(name, false);
    }
    if (this.current !== null) this.#tell('typing');
  }

  #list(rooms) {
    this.directory = rooms;
    this.#tell('rooms');
  }

  #tell(type, detail) {
    this.dispatchEvent(new CustomEvent(type, { detail }));
  }
}
