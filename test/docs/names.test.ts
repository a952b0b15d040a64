import * as entry from 'bounce-ws';
import { expect, it } from 'vitest';
import { readDocuments } from './support/documents.js';

const TEXT = readDocuments()
  .map(({ text }) => text)
  .join('\n');

it('every public name of the server is in a document', () => {
  const missing = Object.keys(entry).filter((name) => !new RegExp(`\\b${name}\\b`).test(TEXT));
  expect(missing).toEqual([]);
});
