import { isUtf8 } from 'node:buffer';
import type { ClusterAction, ClusterMessage } from '../../backplane/index.js';
import type { Rejection } from './rejection.js';
import { parseObject, readAction, readAudience, readExceptions } from './message-parts.js';

/** The version of the format. A message of another one is dropped. */
const FORMAT = 1;
const NODE_ID = /^[\w-]{22}$/;
const LINE_END = 0x0a;

/** What every message of a node begins with; one from elsewhere does not need to. */
const BEGINNING = Buffer.from('{"v":');

/** Who sent a message, and where it stands among the others of its sender. */
export interface Origin {
  readonly node: string;
  /** Counts what the node publishes. */
  readonly seq: number;
  /** The number of what the node published before on the same channel; 0 when it does not know. */
  readonly prev: number;
}

/** A message of a node, as it was received. */
export interface NodeMessage {
  readonly origin: Origin;
  readonly message: ClusterMessage;
}

/** Writes a message of a node: a line of JSON and, to be forwarded as it is, the envelope. */
export function writeNodeMessage(
  { node, seq, prev }: Origin,
  { audience, except, action }: ClusterMessage,
): string {
  if (action.type !== 'forward' && action.type !== 'numbered') {
    return JSON.stringify({ v: FORMAT, node, seq, prev, to: audience, except, do: action });
  }
  const { envelope, ...rest } = action;
  const header = JSON.stringify({ v: FORMAT, node, seq, prev, to: audience, except, do: rest });
  const text = typeof envelope === 'string' ? envelope : Buffer.from(envelope).toString();
  return `${header}\n${text}`;
}

/** Whether it is, or wants to be, the message of a node. */
export function isNodeMessage(payload: Buffer): boolean {
  return payload.subarray(0, BEGINNING.length).equals(BEGINNING);
}

/** Reads the message of a node. Of the envelope in it only that is checked for which a client would end the connection: its UTF-8. */
export function readNodeMessage(payload: Buffer): NodeMessage | Rejection {
  const end = payload.indexOf(LINE_END);
  if (!isUtf8(payload)) return 'not-json';
  const header = parseObject(payload.toString('utf8', 0, end < 0 ? payload.length : end));
  if (header === undefined) return 'not-json';
  if (header['v'] !== FORMAT) return 'wrong-version';
  const { node, seq, prev } = header;
  if (typeof node !== 'string' || !NODE_ID.test(node)) return 'forged';
  if (!isCount(seq) || !isCount(prev)) return 'malformed';
  const audience = readAudience(header['to']);
  const except = readExceptions(header['except']);
  const action = readAction(header['do'], end < 0 ? undefined : payload.subarray(end + 1));
  if (audience === undefined || except === undefined || action === undefined) return 'malformed';
  if (action.type === 'numbered' && !isOneRoom(audience)) return 'malformed';
  return { origin: { node, seq, prev }, message: messageOf(audience, except, action) };
}

function messageOf(
  audience: ClusterMessage['audience'],
  except: NonNullable<ClusterMessage['except']> | 'none',
  action: ClusterAction,
): ClusterMessage {
  return except === 'none' ? { audience, action } : { audience, except, action };
}

function isOneRoom({ kind, names }: ClusterMessage['audience']): boolean {
  return kind === 'room' && names.length === 1;
}

function isCount(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0;
}
