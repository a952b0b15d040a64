import { randomUUID } from 'node:crypto';
import { WebSocketGateway } from '@nestjs/websockets';
import {
  type BounceSocket,
  BounceWsError,
  BroadcastService,
  CloseCode,
  OnEvent,
  Payload,
} from 'bounce-ws';
import { NotifyDto } from './dto/notify.dto.js';
import type { Notification } from './notification.interface.js';
import { type User, UsersDirectory } from './users.directory.js';

const NODE = process.env['NODE_NAME'] ?? 'this node';

@WebSocketGateway()
export class NotificationGateway {
  constructor(
    private readonly broadcast: BroadcastService,
    private readonly users: UsersDirectory,
  ) {}

  @OnEvent('connect')
  welcome(client: BounceSocket) {
    client.emit('welcome', { node: NODE, user: client.user });
  }

  @OnEvent('notify')
  notify(client: BounceSocket, @Payload() { to, text }: NotifyDto): Notification {
    const notification: Notification = {
      id: randomUUID(),
      text,
      from: (client.user as User).name,
      toAll: to === undefined,
      at: new Date().toISOString(),
    };
    this.recipients(to).emit('notification', notification);
    return notification;
  }

  @OnEvent('sign_out_everywhere')
  signOut(client: BounceSocket) {
    if (client.userId === null) return;
    this.broadcast.toUser(client.userId).disconnect(CloseCode.Forbidden, 'signed out');
  }

  private recipients(to: string | undefined) {
    if (to === undefined) return this.broadcast.toAll();
    if (this.users.find(to) === undefined) throw new BounceWsError('user_not_found');
    return this.broadcast.toUser(to);
  }
}
