import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';

const CODECS = join(import.meta.dirname, '../../../../lib/protocol/codecs');

it('every codec of the package is held to the contract', () => {
  const tests = readdirSync(import.meta.dirname).filter((file) => file.endsWith('.codec.test.ts'));
  expect(readdirSync(CODECS)).toEqual(tests.map((file) => file.replace('.test.ts', '.ts')));
});
