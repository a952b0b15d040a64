import type { Audience, Channel, ClusterMessage } from '../../backplane/index.js';
import { parseObject, readAction, readExceptions } from './message-parts.js';
import type { Rejection } from './rejection.js';

/**
 * Reads what another program published: one JSON object (PROTOCOL.md, appendix E). Whom it is for
 * says the channel.
 */
export function readForeignMessage(payload: Buffer, channel: Channel): ClusterMessage | Rejection {
  const fields = parseObject(payload.toString());
  if (fields === undefined) return 'not-json';
  const { event, data = {}, volatile, disconnect } = fields;
  const except = readExceptions(fields['except']);
  const action =
    disconnect === undefined
      ? readAction(
          { type: 'emit', event, data, lossy: volatile === true ? {} : undefined },
          undefined,
        )
      : readAction({ reason: '', ...Object(disconnect), type: 'disconnect' }, undefined);
  if (except === undefined || action === undefined) return 'malformed';
  const audience = audienceOf(channel);
  return except === 'none' ? { audience, action } : { audience, except, action };
}

function audienceOf(channel: Channel): Audience {
  if (channel === 'all') return { kind: 'all', names: [] };
  const colon = channel.indexOf(':');
  return { kind: channel.slice(0, colon) as Audience['kind'], names: [channel.slice(colon + 1)] };
}
