import { describe, expect, it } from 'vitest';
import { readSignature, type SignatureParameter } from '../../../lib/routing/binding/signature.js';

/** Methods in the forms that people write; they are read and never run. */
class Base {
  readonly size = 1;

  greet(...words: string[]): string {
    return words.join(' ');
  }
}

const computed = 'computed name';

class Forms extends Base {
  readonly #secret = 1;

  plain(client: object, text: string) {
    return [client, text];
  }

  async asynchronous(client: object, text: string) {
    await Promise.resolve();
    return [client, text];
  }

  *generator(client: object, text: string) {
    yield [client, text];
  }

  async *asyncGenerator(client: object, text: string) {
    yield await Promise.resolve([client, text]);
  }

  usesPrivate(client: object, text: string) {
    return [client, text, this.#secret, this.#hidden(), #secret in this];
  }

  usesSuper(client: object, text: string) {
    return [client, super.greet(text)];
  }

  async usesSuperLater(client: object, text: string) {
    const inner = async () => super.greet(await Promise.resolve(text));
    return [client, await inner()];
  }

  [computed](client: object, text: string) {
    return [client, text];
  }

  'quoted-name'(client: object, text: string) {
    return [client, text];
  }

  42(client: object, text: string) {
    return [client, text];
  }

  get(client: object, text: string) {
    return [client, text];
  }

  async(client: object, text: string) {
    return [client, text];
  }

  static fixed(client: object, text: string) {
    return [client, text];
  }

  nothing() {}

  #hidden() {
    return this.#secret;
  }
}

const forms = new Forms();

type Source = (...args: never[]) => unknown;

function namesOf(source: Source): (string | undefined)[] | undefined {
  return readSignature(source)?.map(({ name }) => name);
}

/** A method as it is found at boot: by its name. */
function methodOf(owner: object, name: PropertyKey): Source {
  return Reflect.get(owner, name) as Source;
}

const literal = {
  say(client: object, text: string) {
    return [client, text];
  },
};

describe('a signature is read from', () => {
  it.each<[string, object, PropertyKey]>([
    ['a method', forms, 'plain'],
    ['an async method', forms, 'asynchronous'],
    ['a generator', forms, 'generator'],
    ['an async generator', forms, 'asyncGenerator'],
    ['a method that uses private members', forms, 'usesPrivate'],
    ['a method that calls super', forms, 'usesSuper'],
    ['an async method that calls super in an arrow function', forms, 'usesSuperLater'],
    ['a method whose name is computed', forms, computed],
    ['a method whose name is in quotes', forms, 'quoted-name'],
    ['a method whose name is a number', forms, 42],
    ['a method called get', forms, 'get'],
    ['a method called async', forms, 'async'],
    ['a static method', Forms, 'fixed'],
    ['a method of an object', literal, 'say'],
  ])('%s', (_what, owner, name) => {
    expect(namesOf(methodOf(owner, name))).toEqual(['client', 'text']);
  });

  it.each<[string, Source]>([
    [
      'a function',
      function say(client: object, text: string) {
        return [client, text];
      },
    ],
    [
      'an async function without a name',
      async function (client: object, text: string) {
        await Promise.resolve();
        return [client, text];
      },
    ],
    ['an arrow function', (client: object, text: string) => [client, text]],
    [
      'an async arrow function',
      async (client: object, text: string) => [client, await Promise.resolve(text)],
    ],
  ])('%s', (_what, source) => {
    expect(namesOf(source)).toEqual(['client', 'text']);
  });

  it('a method without parameters', () => {
    expect(readSignature(methodOf(forms, 'nothing'))).toEqual([]);
  });

  it('an arrow function without parentheses', () => {
    // prettier-ignore
    expect(namesOf(client => client)).toEqual(['client']);
  });
});

describe('a signature is not confused by', () => {
  it('comments', () => {
    function commented(
      /* first, (the client) */ client: object,
      // text, = 'not a default'
      text: string /* , more */,
    ) {
      return [client, text];
    }
    expect(namesOf(commented)).toEqual(['client', 'text']);
  });

  it('defaults with commas, brackets, quotes and functions in them', () => {
    function complex(
      client: object,
      a = 'x, y) { =>',
      b = [1, [2, 3]],
      c = { d: { e: 1 }, f: (g: number, h = 2) => g + h },
      i = (j: number, k: number) => j + k,
      l = `t ${a} , )`,
      m = /[,)]/u,
    ) {
      return [client, a, b, c, i, l, m];
    }
    expect(namesOf(complex)).toEqual(['client', 'a', 'b', 'c', 'i', 'l', 'm']);
  });

  it('names of other alphabets, dollars and underscores', () => {
    function unusual(_client: object, $text: string, größe: number, 名前: string, async: boolean) {
      return [_client, $text, größe, 名前, async];
    }
    expect(namesOf(unusual)).toEqual(['_client', '$text', 'größe', '名前', 'async']);
  });

  it('a body with everything in it', () => {
    async function busy(client: object, text: string) {
      const { a, ...rest } = { a: 1, b: text ?? 'x' };
      label: for (const item of [await Promise.resolve(1)]) {
        if (item > 1 || rest.b?.length === 0) break label;
      }
      const big = 1_000n ** 2n;
      return [client, a, big, /(?<name>[)}])/u.test(text), import.meta.url, new.target];
    }
    expect(namesOf(busy)).toEqual(['client', 'text']);
  });
});

describe('a parameter', () => {
  it('has no name when it is taken apart or takes the rest', () => {
    function nameless(
      client: object,
      { a }: { a: number },
      [b]: number[],
      { c } = { c: 1 },
      ...rest: number[]
    ) {
      return [client, a, b, c, rest];
    }
    const [client, ...others] = readSignature(nameless) ?? [];
    expect(client?.name).toBe('client');
    expect(others.map(({ name }) => name)).toEqual([undefined, undefined, undefined, undefined]);
  });

  const other = 1;

  it.each<[string, Source, SignatureParameter['defaultType']]>([
    ['a string', (p = 'a') => p, 'string'],
    ['the empty string', (p = '') => p, 'string'],
    ['a template', (p = `a${other}`) => p, 'string'],
    ['a number', (p = 1.5) => p, 'number'],
    ['zero', (p = 0) => p, 'number'],
    ['a negative number', (p = -1) => p, 'number'],
    ['true', (p = true) => p, 'boolean'],
    ['false', (p = false) => p, 'boolean'],
    // What a minifier makes of true.
    ['!0', (p = !0) => p, 'boolean'],
    ['an array', (p = [1, 2]) => p, 'array'],
    ['an empty array', (p: unknown[] = []) => p, 'array'],
    ['an object', (p = { a: 1 }) => p, 'object'],
    ['an empty object', (p = {}) => p, 'object'],
    ['null', (p: unknown = null) => p, undefined],
    ['void 0', (p: unknown = void 0) => p, undefined],
    ['another variable', (p = other) => p, undefined],
    ['a call', (p = String(other)) => p, undefined],
    ['a new object', (p = new Date(0)) => p, undefined],
    ['a regular expression', (p = /a/u) => p, undefined],
    ['a BigInt', (p = 1n) => p, undefined],
    ['a function', (p = () => other) => p, undefined],
    ['a sum', (p = other + 1) => p, undefined],
    ['a choice', (p = other > 0 ? 'a' : 1) => p, undefined],
  ])('with %s for a default is optional, and a literal gives its type', (_what, source, type) => {
    expect(readSignature(source)).toEqual([{ name: 'p', hasDefault: true, defaultType: type }]);
  });

  it('without one is required', () => {
    expect(readSignature((p: number) => p)).toEqual([
      { name: 'p', hasDefault: false, defaultType: undefined },
    ]);
  });
});

describe('no signature is read from what shows no source', () => {
  it('a bound function', () => {
    expect(readSignature(methodOf(forms, 'plain').bind(forms))).toBeUndefined();
  });

  it('a native function', () => {
    expect(readSignature(Math.max)).toBeUndefined();
  });

  it('a class', () => {
    expect(readSignature(Base as unknown as Source)).toBeUndefined();
  });
});
