import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readDocument, readDocuments, ROOT } from './support/documents.js';

interface Manifest {
  readonly name: string;
  readonly scripts: Readonly<Record<string, string>>;
  readonly peerDependencies: Readonly<Record<string, string>>;
  readonly peerDependenciesMeta: Readonly<Record<string, { readonly optional?: boolean }>>;
}

const MANIFEST = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as Manifest;

/** What an app made by `nest new` has in its package.json. */
const IN_EVERY_NEST_APP = [
  '@nestjs/common',
  '@nestjs/core',
  '@nestjs/platform-express',
  'reflect-metadata',
  'rxjs',
];

const DOCUMENTS = readDocuments();
const SHELL = DOCUMENTS.flatMap(({ blocks }) => blocks)
  .filter(({ language, code }) => language === 'sh' || /^(\w+=\S+ )?np[mx] /.test(code))
  .flatMap(({ document, code }) => code.split('\n').map((line) => `${document}: ${line}`));

/** `npm run x`, `npm start` and `npm test`, wherever they stand. */
const scriptsIn = (text: string) =>
  [...text.matchAll(/\bnpm (?:run ([\w:-]+)|(start|test)\b)/g)].map(([, run, own]) => run ?? own!);

/** What each part of a command line may be. Everything else has no test that holds it. */
const KNOWN = [
  /^npm ci$/,
  /^npm (start|test|run [\w:-]+( -- .+)?)$/,
  /^npm install( [@\w/-]+)+$/,
  /^(CONFORMANCE_URL=\S+ )?npx vitest run( --project \w+| test\/\w+)$/,
];

describe('the commands in the documents', () => {
  it.each(DOCUMENTS.map((document) => [document.path, document] as const))(
    'run scripts that there are: %s',
    (_path, { text }) => {
      expect(scriptsIn(text).filter((script) => !(script in MANIFEST.scripts))).toEqual([]);
    },
  );

  it('are of a kind that is checked', () => {
    const unknown = SHELL.filter((line) => {
      const parts = line.slice(line.indexOf(': ') + 2).split(' && ');
      return !parts.every((part) => KNOWN.some((kind) => kind.test(part)));
    });
    expect(unknown).toEqual([]);
  });

  it('run tests that there are', () => {
    const folders = SHELL.flatMap((line) => /vitest run (test\/\w+)/.exec(line)?.[1] ?? []);
    expect(folders.filter((folder) => !existsSync(join(ROOT, folder)))).toEqual([]);
  });

  it('install every peer that a Nest app does not have', () => {
    const line = SHELL.find((command) => command.startsWith('README.md: npm install')) ?? '';
    const installed = line.split(' ').slice(3);
    const peers = Object.keys(MANIFEST.peerDependencies).filter(
      (peer) => MANIFEST.peerDependenciesMeta[peer]?.optional !== true,
    );
    const wanted = [MANIFEST.name, ...peers.filter((peer) => !IN_EVERY_NEST_APP.includes(peer))];
    expect(installed.toSorted()).toEqual(wanted.toSorted());
  });

  it('begin, in the README, with the two that set everything up', () => {
    const [start, test] = readDocument('README.md').blocks;
    expect([start?.code, test?.code]).toEqual(['npm ci && npm start', 'npm ci && npm test']);
  });

  it('are in CI the second of those two', () => {
    const script = readFileSync(join(ROOT, '.ci/run'), 'utf8');
    expect(script.trimEnd().split('\n').at(-1)).toBe('npm ci && npm test');
  });

  it('name every project of tests', () => {
    const config = readFileSync(join(ROOT, 'vitest.config.ts'), 'utf8');
    const projects = [...config.matchAll(/\bname: '(\w+)'/g)].map(([, name]) => name!);
    const { prose } = readDocument('CONTRIBUTING.md');
    expect(projects.filter((name) => !prose.includes(`| \`${name}\``))).toEqual([]);
  });
});
