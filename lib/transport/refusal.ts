import { STATUS_CODES } from 'node:http';
import type { Duplex } from 'node:stream';

/** An answer to an upgrade request that is no upgrade. */
export interface Refusal {
  readonly status: number;
  /** For people; plain text. */
  readonly message: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** Writes a refusal and ends the connection. */
export function refuse(stream: Duplex, { status, message, headers = {} }: Refusal): void {
  const lines = [
    `HTTP/1.1 ${status} ${STATUS_CODES[status] ?? 'Refused'}`,
    'Connection: close',
    'Content-Type: text/plain; charset=utf-8',
    `Content-Length: ${Buffer.byteLength(message)}`,
    ...Object.entries(headers).map(([name, value]) => `${name}: ${value}`),
  ];
  stream.end(`${lines.join('\r\n')}\r\n\r\n${message}`, () => stream.destroy());
}
