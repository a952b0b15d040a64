/** Whom a broadcast is for. */
export interface Audience {
  readonly kind: 'all' | 'room' | 'user' | 'event';
  /** The rooms, the user ids or the senders' events; nothing for `all`. Who is in several of them is reached once. */
  readonly names: readonly string[];
}

/** Whom a broadcast leaves out on other nodes; what only this node knows of never travels. */
export interface Exceptions {
  readonly sockets?: readonly string[];
  readonly rooms?: readonly string[];
  readonly users?: readonly string[];
  /** Who has got the message already: set where it is sent to several rooms, to each of them by itself. */
  readonly copy?: MessageCopy | undefined;
}

/** One of the copies of a message, each of which is for another room. Who is in several of the rooms gets one of them. */
export interface MessageCopy {
  /** The name of the message; no other one has it. */
  readonly of: string;
  /** The rooms that get theirs before. */
  readonly after: readonly string[];
}

/**
 * What a node listens to: `all`, or the kind of an audience, a colon and one of its names: `room:tea`, `user:42`,
 * `event:news`. It is a name and never a pattern, whatever characters are in it.
 */
export type Channel = 'all' | `${'room' | 'user' | 'event'}:${string}`;

/** The channels on which an audience is reached. */
export function channelsOf({ kind, names }: Audience): Channel[] {
  return kind === 'all' ? ['all'] : names.map((name): Channel => `${kind}:${name}`);
}
