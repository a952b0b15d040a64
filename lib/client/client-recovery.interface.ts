import type { Message } from './client-events.js';
import type { ServerPort } from './server-port.interface.js';

/** What brings a client the messages that it missed: `RoomRecovery` of `bounce-ws/client/recovery`, which one imports for it. */
export interface ClientRecovery {
  /** Called once, by the client that it is for. @throws Error when it is for another one already */
  attach(port: ServerPort): void;
  /** Tells a new connection what the client has. Called after the token was told, and before anything else is sent. */
  replay(): void;
  /** Called with every message, before anybody gets it. @returns Whether nobody is to get it */
  drops(message: Message): boolean;
}
