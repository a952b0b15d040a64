import type { Duplex } from 'node:stream';
import type { WebSocket } from 'ws';

/**
 * The one place that reaches into `ws`: the stream under a WebSocket. Writing complete frames to it lets the frames of
 * one tick leave in one write, and a broadcast use one buffer for everybody; `ws.send` can do neither. Control frames
 * still go through `ws`, which writes whole frames too, so the two never mix inside a frame.
 *
 * @returns `undefined` when this version of `ws` keeps its stream elsewhere or an extension (compression) has to see
 *   every frame; the caller then uses `ws.send`.
 */
export function rawStreamOf(ws: WebSocket): Duplex | undefined {
  const stream: unknown = Reflect.get(ws, '_socket');
  if (ws.extensions !== '' || typeof stream !== 'object' || stream === null) return undefined;
  return 'cork' in stream && 'uncork' in stream && 'writableLength' in stream
    ? (stream as Duplex)
    : undefined;
}
