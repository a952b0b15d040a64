import { Injectable, Logger } from '@nestjs/common';
import { ConfigurationError } from '../common/index.js';
import { BounceCodec, type Codec } from '../protocol/index.js';

/** The codecs that have a name; what each speaks is in PROTOCOL.md, section 3 and the appendices. */
export type CodecName = 'bounce' | 'msgpack' | 'wszero' | 'microsockets' | 'bazis';

interface CodecEntry {
  /** The subprotocol by which clients may ask for it on every endpoint. */
  readonly subprotocol?: string;
  /** The package that has to be installed for it. */
  readonly needs?: string;
  readonly load: () => Codec | Promise<Codec>;
}

// Loaded when first asked for: an app pays, and installs, only what it speaks.
const ENTRIES: Readonly<Record<CodecName, CodecEntry>> = {
  bounce: {
    subprotocol: 'bounce.v1.json',
    load: () => new BounceCodec(),
  },
  msgpack: {
    subprotocol: 'bounce.v1.msgpack',
    needs: 'msgpackr',
    load: async () => new (await import('../protocol/codecs/msgpack.codec.js')).MsgpackCodec(),
  },
  wszero: {
    load: async () => new (await import('../protocol/codecs/wszero.codec.js')).WszeroCodec(),
  },
  microsockets: {
    load: async () =>
      new (await import('../protocol/codecs/microsockets.codec.js')).MicrosocketsCodec(),
  },
  bazis: {
    load: async () => new (await import('../protocol/codecs/bazis.codec.js')).BazisCodec(),
  },
};

/** The names of all codecs that have one. */
export const CODEC_NAMES = Object.keys(ENTRIES) as readonly CodecName[];

const NAME_OF_SUBPROTOCOL: ReadonlyMap<string, CodecName> = new Map(
  CODEC_NAMES.flatMap((name) => {
    const { subprotocol } = ENTRIES[name];
    return subprotocol === undefined ? [] : [[subprotocol, name]];
  }),
);

/** Has one instance of each codec with a name, so that what is sent to many is encoded once for all endpoints. */
@Injectable()
export class CodecCatalogue {
  readonly #logger = new Logger('BounceWs');
  readonly #loading = new Map<CodecName, Promise<Codec>>();
  readonly #loaded = new Map<CodecName, Codec | undefined>();

  /** The codec of a name, or the given one. @throws ConfigurationError when a package that it needs is missing */
  async get(choice: CodecName | Codec): Promise<Codec> {
    return typeof choice === 'string' ? this.#load(choice) : choice;
  }

  /** The codec that a subprotocol stands for, if it has one and was loaded. */
  forSubprotocol(subprotocol: string): Codec | undefined {
    const name = NAME_OF_SUBPROTOCOL.get(subprotocol);
    return name === undefined ? undefined : this.#loaded.get(name);
  }

  /**
   * Loads what a client offers, if it is not there yet.
   *
   * @returns a promise only if there is something to wait for; it never rejects: what cannot be loaded is not spoken here
   */
  prepare(subprotocols: ReadonlySet<string>): Promise<unknown> | undefined {
    const missing = [...subprotocols].flatMap((subprotocol) => {
      const name = NAME_OF_SUBPROTOCOL.get(subprotocol);
      return name === undefined || this.#loaded.has(name) ? [] : [name];
    });
    if (missing.length === 0) return undefined;
    return Promise.all(missing.map((name) => this.#load(name).catch(this.#giveUp(name))));
  }

  #load(name: CodecName): Promise<Codec> {
    const loading = this.#loading.get(name) ?? this.#loadNow(name);
    this.#loading.set(name, loading);
    return loading;
  }

  async #loadNow(name: CodecName): Promise<Codec> {
    const { load, needs } = ENTRIES[name];
    try {
      const codec = await load();
      this.#loaded.set(name, codec);
      return codec;
    } catch (cause) {
      const hint =
        needs === undefined ? '' : `: it needs the package ${needs} (npm install ${needs})`;
      throw new ConfigurationError(`The codec "${name}" cannot be loaded${hint}`, { cause });
    }
  }

  #giveUp(name: CodecName): (error: Error) => void {
    return ({ message }) => {
      if (this.#loaded.has(name)) return;
      this.#loaded.set(name, undefined);
      this.#logger.warn(`A client asked for a codec that this server does not speak. ${message}`);
    };
  }
}
