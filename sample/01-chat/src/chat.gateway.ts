import { randomUUID } from 'node:crypto';
import { UseGuards } from '@nestjs/common';
import { WebSocketGateway } from '@nestjs/websockets';
import {
  BounceWsError,
  BroadcastService,
  CloseCode,
  ErrorCode,
  OnEvent,
  Payload,
  RoomService,
} from 'bounce-ws';
import { ChatHistory } from './chat-history.js';
import type { ChatMessage, ChatSocket } from './chat.interfaces.js';
import { IntroduceDto } from './dto/introduce.dto.js';
import { RoomDto } from './dto/room.dto.js';
import { SayDto } from './dto/say.dto.js';
import { NamedGuard } from './named.guard.js';
import { PeopleRegistry } from './people.registry.js';

const LOBBY = 'lobby';

@WebSocketGateway()
export class ChatGateway {
  constructor(
    private readonly rooms: RoomService,
    private readonly broadcast: BroadcastService,
    private readonly people: PeopleRegistry,
    private readonly history: ChatHistory,
  ) {}

  @OnEvent('introduce')
  async introduce(client: ChatSocket, @Payload() { name, tab }: IntroduceDto) {
    const replaced = this.people.enter(client, name, tab);
    if (replaced !== undefined) {
      await this.depart(replaced, [...replaced.rooms]);
      replaced.close(CloseCode.Replaced);
    }
    return { name, rooms: await this.listRooms() };
  }

  @OnEvent('join')
  @UseGuards(NamedGuard)
  async join(client: ChatSocket, @Payload() { room }: RoomDto) {
    if (!client.rooms.has(room)) {
      await this.rooms.join(client, room);
      client.broadcast('joined', { room, name: client.state.name }, { to: room });
      await this.announceRooms();
    }
    const people = this.people.names(await this.rooms.members(room));
    return { room, people, messages: this.history.recent(room) };
  }

  @OnEvent('leave')
  @UseGuards(NamedGuard)
  async leave(client: ChatSocket, room: string) {
    await this.depart(client, [room]);
  }

  @OnEvent('say')
  @UseGuards(NamedGuard)
  say(client: ChatSocket, @Payload() { room, text }: SayDto): ChatMessage {
    mustBeIn(client, room);
    const from = client.state.name ?? '';
    const message = { id: randomUUID(), room, from, text, at: new Date().toISOString() };
    this.history.add(message);
    client.broadcast('message', message, { to: room });
    return message;
  }

  @OnEvent('typing')
  @UseGuards(NamedGuard)
  typing(client: ChatSocket, room: string, typing: boolean): void {
    mustBeIn(client, room);
    client.broadcast('typing', { room, name: client.state.name, typing }, { to: room });
  }

  @OnEvent('disconnect')
  async goodbye(client: ChatSocket) {
    await this.depart(client, [...client.rooms]);
    // Last, so that nobody can join under this name before the others have heard that it left.
    this.people.leave(client);
  }

  private async depart(client: ChatSocket, rooms: string[]): Promise<void> {
    for (const room of rooms) {
      if (!client.rooms.has(room)) continue;
      await this.rooms.leave(client, room);
      this.broadcast.to(room).emit('left', { room, name: client.state.name });
    }
    await this.announceRooms();
  }

  private async announceRooms(): Promise<void> {
    this.broadcast.toAll().emit('rooms', { rooms: await this.listRooms() });
  }

  private async listRooms() {
    const names = new Set([LOBBY, ...(await this.rooms.rooms()), ...this.history.rooms()]);
    return Promise.all(
      [...names].map(async (name) => ({ name, people: await this.rooms.count(name) })),
    );
  }
}

function mustBeIn(client: ChatSocket, room: string): void {
  if (client.rooms.has(room)) return;
  throw new BounceWsError(ErrorCode.Forbidden, `${client.id} is not in ${room}`, {
    details: { message: 'Join the room first.' },
  });
}
