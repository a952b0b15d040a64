import type { Audience, Channel, ClusterMessage } from '../../backplane/index.js';
import { isNames, parseObject, readAction, readExceptions } from './message-parts.js';
import type { Rejection } from './rejection.js';

const MAX_ID_LENGTH = 64;

/** What another program published. */
export interface ForeignMessage {
  readonly message: ClusterMessage;
  /** What it is known by on the other channels that it was published on, if there are any. */
  readonly id?: string;
}

/**
 * Reads what another program published: one JSON object (PROTOCOL.md, appendix E). Whom it is for
 * says the channel; for several rooms, the message says all of them.
 */
export function readForeignMessage(payload: Buffer, channel: Channel): ForeignMessage | Rejection {
  const fields = parseObject(payload.toString());
  if (fields === undefined) return 'not-json';
  const { event, data = {}, volatile, disconnect, to, id } = fields;
  const except = readExceptions(fields['except']);
  const action =
    disconnect === undefined
      ? readAction(
          { type: 'emit', event, data, lossy: volatile === true ? {} : undefined },
          undefined,
        )
      : readAction({ reason: '', ...Object(disconnect), type: 'disconnect' }, undefined);
  const audience = audienceOf(channel, to);
  if (except === undefined || action === undefined || audience === undefined) return 'malformed';
  const message = except === 'none' ? { audience, action } : { audience, except, action };
  if (to === undefined) return { message };
  return isId(id) ? { message, id } : 'malformed';
}

/** @param names - all rooms, that of the channel among them, when there are several */
function audienceOf(channel: Channel, names: unknown): Audience | undefined {
  if (channel === 'all') return names === undefined ? { kind: 'all', names: [] } : undefined;
  const colon = channel.indexOf(':');
  const kind = channel.slice(0, colon) as Audience['kind'];
  const name = channel.slice(colon + 1);
  if (names === undefined) return { kind, names: [name] };
  return isNames(names) && names.includes(name) ? { kind, names } : undefined;
}

function isId(id: unknown): id is string {
  return typeof id === 'string' && id !== '' && id.length <= MAX_ID_LENGTH;
}
