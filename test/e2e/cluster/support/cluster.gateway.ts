import { Injectable } from '@nestjs/common';
import { WebSocketGateway } from '@nestjs/websockets';
import {
  AbstractSender,
  AbstractTimedSender,
  BroadcastService,
  type BounceSocket,
  ConnectionRegistry,
  EmitEvery,
  OnEvent,
  RoomService,
} from 'bounce-ws';

/** Sends when told to. */
@Injectable()
class NewsSender extends AbstractSender<{ text: string }, [text: string]> {
  readonly event = 'news';
  protected createMessageData(text: string) {
    return { text };
  }
}

/** Numbers that only one node at a time may give out. */
@Injectable()
class OnceSender extends AbstractTimedSender<{ node: string }> {
  readonly event = 'once';
  readonly schedule = { intervalMs: 20 };
  override readonly once = 'cluster';
  readonly node = Math.random().toString(36);
  made = 0;
  protected createMessageData() {
    this.made++;
    return { node: this.node };
  }
}

/** Everything that acts on a whole cluster. */
@WebSocketGateway()
class ClusterGateway {
  constructor(
    private readonly rooms: RoomService,
    private readonly broadcast: BroadcastService,
    private readonly connections: ConnectionRegistry,
    private readonly news: NewsSender,
    private readonly once: OnceSender,
  ) {}

  @OnEvent('whoami')
  whoami(client: BounceSocket) {
    return client.id;
  }

  @OnEvent('made')
  made() {
    const { node, made } = this.once;
    return { node, made };
  }

  @OnEvent('sign_in')
  signIn(client: BounceSocket, name: string) {
    this.connections.identify(client, { userId: name, user: { name } });
    return client.id;
  }

  @OnEvent('join')
  join(client: BounceSocket, room: string) {
    return this.rooms.join(client, room);
  }

  @OnEvent('leave')
  leave(client: BounceSocket, room: string) {
    return this.rooms.leave(client, room);
  }

  @OnEvent('say')
  say(client: BounceSocket, room: string, text: string) {
    this.broadcast.to(room).except(client).emit('said', { text });
  }

  @OnEvent('say_to')
  sayTo(_client: BounceSocket, rooms: string[], text: string, exceptRoom = '', exceptUser = '') {
    this.broadcast
      .to(...rooms)
      .except(...(exceptRoom === '' ? [] : [exceptRoom]))
      .except(...(exceptUser === '' ? [] : [{ user: exceptUser }]))
      .emit('said', { text });
  }

  @OnEvent('shout')
  shout(_client: BounceSocket, text: string, local = false) {
    const all = this.broadcast.toAll();
    (local ? all.local() : all).emit('shouted', { text });
  }

  @OnEvent('tell')
  tell(_client: BounceSocket, user: string, text: string) {
    this.broadcast.toUser(user).emit('told', { text });
  }

  @OnEvent('sign_out_everywhere')
  signOutEverywhere(_client: BounceSocket, user: string) {
    this.broadcast.toUser(user).disconnect(4001, 'signed out');
  }

  @OnEvent('move_all')
  moveAll(_client: BounceSocket, from: string, to: string) {
    return this.broadcast.to(from).join(to);
  }

  @OnEvent('clear')
  clear(_client: BounceSocket, room: string) {
    return this.broadcast.to(room).leave(room);
  }

  @OnEvent('members')
  async members(_client: BounceSocket, room: string) {
    return { members: await this.rooms.members(room), count: await this.rooms.count(room) };
  }

  @OnEvent('all_rooms')
  async allRooms() {
    return (await this.rooms.rooms()).toSorted();
  }

  @OnEvent('publish')
  publish(_client: BounceSocket, text: string) {
    return this.news.send(text);
  }

  @EmitEvery('here', { intervalMs: 20 })
  here() {
    return {};
  }
}

/** What every node of a cluster under test is made of. */
export const CLUSTER_PROVIDERS = [ClusterGateway, NewsSender, OnceSender];
