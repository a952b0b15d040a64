import { Injectable } from '@nestjs/common';
import { BounceWsError, ErrorCode } from 'bounce-ws';
import type { ChatSocket } from './chat.interfaces.js';

/** Who is here under which name. A name belongs to one tab at a time, however it is capitalised. */
@Injectable()
export class PeopleRegistry {
  private readonly byName = new Map<string, ChatSocket>();
  private readonly byId = new Map<string, string>();

  /**
   * Gives a connection its name.
   *
   * @returns the connection that had the name until now, if the same tab is back before its old connection was missed.
   */
  enter(client: ChatSocket, name: string, tab: string): ChatSocket | undefined {
    const holder = this.byName.get(name.toLowerCase());
    if (holder === client) return undefined;
    if (client.state.name !== undefined) throw refused('You have a name already.');
    if (holder !== undefined && holder.state.tab !== tab) {
      throw refused('Somebody with this name is already here.');
    }
    if (holder !== undefined) this.leave(holder);
    client.state.name = name;
    client.state.tab = tab;
    this.byName.set(name.toLowerCase(), client);
    this.byId.set(client.id, name);
    return holder;
  }

  leave(client: ChatSocket): void {
    const name = this.byId.get(client.id);
    if (name === undefined) return;
    this.byId.delete(client.id);
    this.byName.delete(name.toLowerCase());
  }

  names(ids: readonly string[]): string[] {
    return ids.map((id) => this.byId.get(id)).filter((name) => name !== undefined);
  }
}

function refused(reason: string): BounceWsError {
  return new BounceWsError(ErrorCode.Forbidden, reason, {
    details: { fields: [{ field: 'name', reason }] },
  });
}
