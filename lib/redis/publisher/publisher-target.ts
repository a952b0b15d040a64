import { CloseCode } from '../../protocol/index.js';

/** How a message is sent. */
export interface PublishOptions {
  /** Whether clients that have not read what was sent before need not get it. @default false */
  readonly volatile?: boolean;
}

/** Whom a `RedisPublisher` leaves out. */
export interface PublishExceptions {
  /** Connections, by their ids. */
  readonly sockets?: readonly string[];
  /** Who is in one of these rooms. */
  readonly rooms?: readonly string[];
  /** Users, with all their connections. */
  readonly users?: readonly string[];
}

/** Recipients of a message, chosen with a `RedisPublisher`. */
export class PublisherTarget {
  /** @internal */
  constructor(
    private readonly publish: (message: object) => Promise<void>,
    private readonly exceptions?: PublishExceptions,
  ) {}

  /** The same recipients without some. */
  except(exceptions: PublishExceptions): PublisherTarget {
    return new PublisherTarget(this.publish, exceptions);
  }

  /**
   * Sends an event.
   *
   * @returns when Redis has it, whoever listens
   * @throws RedisUnavailableError when Redis cannot be reached within two seconds; TypeError for data that JSON cannot hold
   */
  async emit(event: string, data: unknown = {}, { volatile }: PublishOptions = {}): Promise<void> {
    await this.#send({ event, data, volatile });
  }

  /** Ends the recipients' connections: signs a user out everywhere. @returns and @throws as {@link emit} */
  async disconnect(code: number = CloseCode.Normal, reason = ''): Promise<void> {
    await this.#send({ disconnect: { code, reason } });
  }

  #send(fields: object): Promise<void> {
    return this.publish({ ...fields, except: this.exceptions });
  }
}
