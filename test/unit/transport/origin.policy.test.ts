import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { OriginPolicy } from '../../../lib/transport/origin.policy.js';

interface Row {
  readonly origin: string | undefined;
  readonly host: string | undefined;
}

const row = (origin: string | undefined, host: string | undefined): Row => ({ origin, host });

/** The headers as Node would hand them over: what was not sent is not there. */
function allows(origins: readonly string[], { origin, host }: Row): boolean {
  return new OriginPolicy(origins).allows({
    ...(origin !== undefined && { origin }),
    ...(host !== undefined && { host }),
  });
}

describe('with an empty list', () => {
  it.each([
    row(undefined, 'app.example.com'),
    row(undefined, undefined),
    row('https://app.example.com', 'app.example.com'),
    row('http://app.example.com', 'app.example.com'),
    row('https://app.example.com:443', 'app.example.com'),
    row('https://app.example.com', 'app.example.com:443'),
    row('http://app.example.com', 'app.example.com:80'),
    row('https://APP.example.com', 'app.Example.com'),
    row('https://app.example.com:8443', 'app.example.com:8443'),
    row('http://localhost:5173', 'localhost:3000'),
    row('http://localhost:5173', '127.0.0.1:3000'),
    row('http://127.0.0.1:5173', 'localhost:3000'),
    row('http://127.8.9.10:5173', 'localhost:3000'),
    row('http://[::1]:5173', 'localhost:3000'),
    row('http://localhost:5173', '[::1]:3000'),
    row('https://localhost', 'localhost:3000'),
    row('http://[2001:db8::1]:8080', '[2001:db8::1]:8080'),
  ])('a page of $origin may connect to $host', (headers) => {
    expect(allows([], headers)).toBe(true);
  });

  it.each([
    row('https://evil.example', 'app.example.com'),
    row('https://app.example.com.evil.io', 'app.example.com'),
    row('https://evil-app.example.com', 'app.example.com'),
    row('https://sub.app.example.com', 'app.example.com'),
    row('https://example.com', 'app.example.com'),
    row('https://app.example.com:8443', 'app.example.com'),
    row('https://app.example.com', 'app.example.com:8443'),
    row('https://app.example.com@evil.io', 'app.example.com'),
    row('https://evil.io/app.example.com', 'app.example.com'),
    row('https://evil.io#app.example.com', 'app.example.com'),
    row('null', 'app.example.com'),
    row('null', 'localhost:3000'),
    row('null', 'null'),
    row('', 'app.example.com'),
    row('', ''),
    row('not a url', 'app.example.com'),
    row('app.example.com', 'app.example.com'),
    row('file://', 'localhost:3000'),
    row('file://', 'localhost'),
    row('file:///index.html', 'localhost'),
    row('data:text/html,x', 'localhost'),
    row('chrome-extension://localhost', 'localhost'),
    row('about:blank', 'app.example.com'),
    row('http://', 'localhost'),
    row('http://localhost:5173', 'app.example.com'),
    row('http://localhost', 'app.example.com'),
    row('https://evil.example', 'localhost:3000'),
    row('http://localhost.evil.io', 'localhost:3000'),
    row('http://127.0.0.1.evil.io', '127.0.0.1:3000'),
    row('http://notlocalhost', 'localhost:3000'),
    row('http://128.0.0.1', 'localhost:3000'),
    row('http://10.127.0.0', 'localhost:3000'),
    row('https://app.example.com', undefined),
    row('https://app.example.com', 'app.example.com:notaport'),
    row('https://app.example.com', ' '),
    row('http://localhost:5173', 'localhost@evil.io'),
    row('https://app.example.com', 'evil.io@app.example.com:1'),
  ])('a page of $origin may not connect to $host', (headers) => {
    expect(allows([], headers)).toBe(false);
  });
});

describe('with a list', () => {
  const LIST = ['https://app.example.com', 'http://localhost:5173'];

  it.each([
    row('https://app.example.com', 'api.example.com'),
    row('https://APP.example.com', 'api.example.com'),
    row('http://localhost:5173', 'api.example.com'),
    row(undefined, 'api.example.com'),
  ])('it allows $origin', (headers) => {
    expect(allows(LIST, headers)).toBe(true);
  });

  it.each([
    row('https://api.example.com', 'api.example.com'),
    row('http://app.example.com', 'api.example.com'),
    row('https://app.example.com:8443', 'api.example.com'),
    row('https://app.example.com.evil.io', 'api.example.com'),
    row('https://sub.app.example.com', 'api.example.com'),
    row('http://localhost:3000', 'localhost:3000'),
    row('null', 'api.example.com'),
    row('', 'api.example.com'),
  ])('it refuses $origin: what is not in the list is refused, the own host too', (headers) => {
    expect(allows(LIST, headers)).toBe(false);
  });

  it('takes an entry with a slash at its end, as people copy it from the address bar', () => {
    expect(allows(['https://app.example.com/'], row('https://app.example.com', 'x'))).toBe(true);
  });

  it('allows everybody with *', () => {
    expect(allows(['*'], row('https://evil.example', 'x'))).toBe(true);
    expect(allows(['*'], row('null', 'x'))).toBe(true);
  });

  it('takes * inside of an entry as a character like any other', () => {
    expect(allows(['https://*.example.com'], row('https://app.example.com', 'x'))).toBe(false);
  });
});

describe('whatever a client sends', () => {
  const header = fc.oneof(
    fc.string(),
    fc.webUrl(),
    fc.domain(),
    fc
      .tuple(
        fc.constantFrom('http', 'https', 'file', 'data', 'ws', 'foo', 'null', ''),
        fc.constantFrom('://', ':', '//', ''),
        fc.constantFrom('localhost', '[::1]', '127.0.0.1', '[', 'a b', '', 'x:1', '%'),
      )
      .map((parts) => parts.join('')),
  );

  it('the policy decides and never throws', () => {
    fc.assert(
      fc.property(header, header, (origin, host) => {
        expect(typeof allows([], { origin, host })).toBe('boolean');
        expect(typeof allows(['https://app.example.com'], { origin, host })).toBe('boolean');
      }),
      { numRuns: 2_000 },
    );
  });
});
