import type { Audience, ClusterAction, Exceptions } from '../../backplane/index.js';
import { isJsonObject } from '../../protocol/index.js';

type Properties = Readonly<Record<string, unknown>>;
type Lossy = Extract<ClusterAction, { readonly type: 'forward' }>['lossy'];

const KINDS: ReadonlySet<unknown> = new Set(['all', 'room', 'user', 'event']);
const MAX_NAMES = 1_000;
const MAX_NAME_LENGTH = 256;
const MAX_REASON_BYTES = 123;
const MAX_EPOCH_LENGTH = 64;

/** Reads JSON that is to be an object; `undefined` for anything else. */
export function parseObject(text: string): Properties | undefined {
  try {
    return asObject(JSON.parse(text));
  } catch {
    return undefined;
  }
}

/** Reads whom a message is for. */
export function readAudience(value: unknown): Audience | undefined {
  const { kind, names } = asObject(value) ?? {};
  if (!KINDS.has(kind) || !isNames(names)) return undefined;
  return { kind: kind as Audience['kind'], names };
}

/** Reads whom a message leaves out. */
export function readExceptions(value: unknown): Exceptions | 'none' | undefined {
  if (value === undefined) return 'none';
  const except = asObject(value);
  if (except === undefined) return undefined;
  const { sockets = [], rooms = [], users = [], copy } = except;
  if (!isNames(sockets) || !isNames(rooms) || !isNames(users)) return undefined;
  if (copy === undefined) return { sockets, rooms, users };
  const { of, after } = asObject(copy) ?? {};
  if (!isName(of) || !isNames(after)) return undefined;
  return { sockets, rooms, users, copy: { of, after } };
}

/** Reads what is to be done. @param envelope - the bytes that came behind */
export function readAction(
  value: unknown,
  envelope: Uint8Array | undefined,
): ClusterAction | undefined {
  const action = asObject(value);
  if (action === undefined) return undefined;
  const { type, lossy, event, data, room } = action;
  switch (type) {
    case 'forward':
      return envelope && { type, envelope, ...readLossy(lossy) };
    case 'numbered':
      return envelope && readNumbered(action, envelope);
    case 'emit':
      return isName(event) ? { type, event, data, ...readLossy(lossy) } : undefined;
    case 'disconnect':
      return readDisconnect(action);
    case 'join':
    case 'leave':
      return isName(room) ? { type, room } : undefined;
    default:
      return undefined;
  }
}

function readNumbered(
  { epoch, offset }: Properties,
  envelope: Uint8Array,
): ClusterAction | undefined {
  if (!isEpoch(epoch) || !Number.isSafeInteger(offset) || (offset as number) < 1) return undefined;
  return { type: 'numbered', epoch, offset: offset as number, envelope };
}

function isEpoch(value: unknown): value is string {
  return typeof value === 'string' && value !== '' && value.length <= MAX_EPOCH_LENGTH;
}

function readDisconnect({ code, reason }: Properties): ClusterAction | undefined {
  const isClose = code === 1000 || (Number.isInteger(code) && isAppCode(code as number));
  if (!isClose || typeof reason !== 'string') return undefined;
  if (Buffer.byteLength(reason) > MAX_REASON_BYTES) return undefined;
  return { type: 'disconnect', code: code as number, reason };
}

function isAppCode(code: number): boolean {
  return (code >= 1001 && code <= 1014 && ![1004, 1005, 1006].includes(code)) || isPrivate(code);
}

function isPrivate(code: number): boolean {
  return code >= 3000 && code <= 4999;
}

function readLossy(value: unknown): { readonly lossy?: Lossy } {
  const lossy = asObject(value);
  if (lossy === undefined) return {};
  const { key } = lossy;
  return { lossy: typeof key === 'string' ? { key } : {} };
}

function asObject(value: unknown): Properties | undefined {
  return isJsonObject(value) ? value : undefined;
}

/** Whether it can be the names of an audience. */
export function isNames(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.length <= MAX_NAMES && value.every(isName);
}

function isName(value: unknown): value is string {
  return typeof value === 'string' && value !== '' && value.length <= MAX_NAME_LENGTH;
}
