import type { Protocol } from '../peers.js';
import type { Message } from './wire.js';

/** Whom to load. */
export interface Target {
  readonly port: number;
  readonly protocol: Protocol;
}

/** Connections to open. */
export interface ConnectSettings extends Target {
  readonly connections: number;
  /** What is asked for instead of the protocol's own path; `{n}` in it becomes the number of the connection. */
  readonly path?: string;
}

/** What each connection sends in turn, always with so many answers outstanding. */
export interface EchoSettings {
  readonly messages: readonly Message[];
  readonly inFlight: number;
}

/** Connections in rooms that all have the same number of members. */
export interface RoomSettings {
  readonly rooms: number;
  readonly roomsPerConnection: number;
}

/** Members of rooms that send at a steady rate. */
export interface SaySettings extends RoomSettings {
  readonly senders: number;
  readonly messagesPerSecond: number;
}

/** What came in some time. */
export interface Count {
  readonly messages: number;
  readonly seconds: number;
}

/** How regularly a timed message came. */
export interface Arrivals {
  /** Messages in the time asked for, the first one not counted. */
  readonly ticks: number;
  /** How far the time between two messages was from what it should be, 99th percentile. */
  readonly jitterP99Ms: number;
}

/** What the harness asks of the load generator. */
export interface LoadCalls {
  /** Opens connections, besides those that are open. */
  connect(settings: ConnectSettings): Promise<void>;
  /** Every connection sends these and waits for one answer to each. */
  exchangeAll(messages: readonly Message[]): Promise<void>;
  /** Puts connections into rooms, so that all rooms have the same number of members and of senders. */
  joinRooms(settings: RoomSettings): Promise<void>;
  startEcho(settings: EchoSettings): void;
  startSaying(settings: SaySettings): void;
  /** Connects, exchanges one message and closes, over and over. */
  startChurn(settings: ConnectSettings & { readonly message: Message }): void;
  /** Counts for a while. */
  count(milliseconds: number): Promise<Count>;
  /** Listens for a while to the first connection. */
  arrivals(seconds: number, hertz: number): Promise<Arrivals>;
  /** Waits until so many messages came altogether. @throws Error when they do not */
  waitForTotal(messages: number): Promise<void>;
  /** Messages that came so far. */
  total(): number;
}
