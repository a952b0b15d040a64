import { readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import {
  BounceWsError,
  CLIENT_RESERVED_EVENTS,
  CloseCode,
  ERROR_MESSAGES,
  ErrorCode,
  isErrorCode,
  isReservedEvent,
  SERVER_ONLY_EVENTS,
} from '../../../lib/protocol/index.js';

const protocol = async (): Promise<string> =>
  readFile(new URL('../../../PROTOCOL.md', import.meta.url), 'utf8');

/** One section of PROTOCOL.md, by its number. */
async function section(number: number): Promise<string> {
  const text = await protocol();
  const start = text.indexOf(`\n## ${number} `);
  return text.slice(start, text.indexOf('\n## ', start + 1));
}

describe('the error codes', () => {
  it('are those of PROTOCOL.md, section 9, with the texts that stand there', async () => {
    const table = (await section(9)).split('**9.1**')[0]!;
    const rows = [...table.matchAll(/^\| `(\w+)`\s+\| ([^|]+?)\s+\|/gm)];
    const documented: Record<string, string> = {};
    for (const [, code, text] of rows) documented[code!] = text!;
    expect(documented).toEqual(ERROR_MESSAGES);
    expect(Object.values(ErrorCode).toSorted()).toEqual(Object.keys(documented).toSorted());
  });

  it('are told from what is none', () => {
    expect(isErrorCode('forbidden')).toBe(true);
    for (const value of ['', 'Forbidden', 'toString', '__proto__', 7, null, undefined, {}]) {
      expect(isErrorCode(value)).toBe(false);
    }
  });

  it('cannot be changed', () => {
    expect(Object.isFrozen(ERROR_MESSAGES)).toBe(true);
  });
});

describe('the close codes', () => {
  it('are all in PROTOCOL.md, section 10', async () => {
    const documented = [...(await section(10)).matchAll(/^\| (\d{4}) \|/gm)].map(([, code]) =>
      Number(code),
    );
    for (const code of Object.values(CloseCode)) expect(documented).toContain(code);
  });
});

describe('the reserved names', () => {
  it('are those of PROTOCOL.md, section 5, but for ping, which an app may handle', async () => {
    const table = (await section(5)).split('**5.1**')[0]!;
    const documented = [...table.matchAll(/^\| ([^|]+?)\s+\|/gm)]
      .flatMap(([, cell]) => [...cell!.matchAll(/`(\w+)`/g)].map(([, name]) => name!))
      .toSorted();
    const ours = [...SERVER_ONLY_EVENTS, ...CLIENT_RESERVED_EVENTS, 'ping'];
    expect(ours.toSorted()).toEqual(documented);
    expect(isReservedEvent('ping')).toBe(false);
    for (const name of documented) expect(isReservedEvent(name)).toBe(name !== 'ping');
  });
});

describe('BounceWsError', () => {
  it('carries its code, and the fixed text when it is given none', () => {
    const error = new BounceWsError('forbidden');
    expect(error).toBeInstanceOf(Error);
    expect(error).toMatchObject({
      name: 'BounceWsError',
      code: 'forbidden',
      message: ERROR_MESSAGES.forbidden,
      details: undefined,
    });
  });

  it('carries a text, details and a cause', () => {
    const cause = new Error('why');
    const error = new BounceWsError('unavailable', 'no database', { details: { db: 1 }, cause });
    expect(error).toMatchObject({ message: 'no database', details: { db: 1 } });
    expect(error.cause).toBe(cause);
    expect('cause' in new BounceWsError('unavailable')).toBe(false);
  });
});
