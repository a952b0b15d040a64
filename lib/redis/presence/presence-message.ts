import type { AnnouncedJoin, PresenceEvent, PresenceKey } from '../../presence/index.js';

type Change =
  | readonly ['join' | 'known', room: string, userId: string, meta: string]
  | readonly ['leave', room: string, userId: string]
  | readonly ['retire', node: string, graceMs: string];

/** Reads what the scripts publish: `[epoch, seq, changes]`. @returns `undefined` for what is nothing of the kind */
export function readPresenceMessage(payload: Buffer): PresenceEvent | undefined {
  const message = parse(payload);
  if (!Array.isArray(message)) return undefined;
  const [epoch, seq, changes] = message as unknown[];
  if (typeof epoch !== 'string' || !Number.isSafeInteger(Number(seq))) return undefined;
  if (!Array.isArray(changes) || !changes.every(isChange)) return undefined;
  return { epoch, seq: Number(seq), ...sorted(changes) };
}

function sorted(changes: readonly Change[]): Omit<PresenceEvent, 'epoch' | 'seq'> {
  const joins: AnnouncedJoin[] = [];
  const leaves: PresenceKey[] = [];
  let retiring: PresenceEvent['retiring'];
  for (const [kind, first, second, meta] of changes) {
    if (kind === 'leave') leaves.push({ room: first, userId: second });
    else if (kind === 'retire') retiring = { node: first, graceMs: Number(second) };
    else joins.push({ room: first, userId: second, meta: meta ?? '', known: kind === 'known' });
  }
  return retiring === undefined ? { joins, leaves } : { joins, leaves, retiring };
}

function isChange(change: unknown): change is Change {
  if (!Array.isArray(change) || !change.every((part) => typeof part === 'string')) return false;
  const [kind] = change;
  if (kind === 'leave') return change.length === 3;
  if (kind === 'retire') return change.length === 3 && Number.isFinite(Number(change[2]));
  if (kind !== 'join' && kind !== 'known') return false;
  return change.length === 4 && isJson(change[3]!, change[1]!);
}

/** Whether the metadata of a room's member can be read; who is online has none. */
function isJson(meta: string, room: string): boolean {
  return room === '' || parse(Buffer.from(meta)) !== undefined;
}

function parse(text: Buffer): unknown {
  try {
    return JSON.parse(text.toString());
  } catch {
    return undefined;
  }
}
