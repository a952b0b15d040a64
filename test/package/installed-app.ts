import { cp, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { runCommand } from '../support/run-command.js';

const ROOT = resolve(import.meta.dirname, '../..');

/** What a Nest application installs beside the package. */
const DEPENDENCIES = [
  '@nestjs/common',
  '@nestjs/core',
  '@nestjs/platform-express',
  '@nestjs/platform-ws',
  '@nestjs/websockets',
  '@types/node',
  'reflect-metadata',
  'rxjs',
  'typescript',
];

const TSCONFIG = {
  compilerOptions: {
    target: 'ES2023',
    module: 'nodenext',
    types: ['node'],
    strict: true,
    experimentalDecorators: true,
    emitDecoratorMetadata: true,
    rootDir: 'src',
    outDir: 'dist',
  },
  include: ['src'],
};

/** An application in a folder of its own that has installed the package from its tarball. */
export interface InstalledApp {
  readonly folder: string;
  /** The files of the tarball. */
  readonly packed: readonly string[];
  remove(): Promise<void>;
}

/** The majors of Nest that the package supports. */
export type NestMajor = 11 | 12;

/** Packs what `npm run build` left in `dist/`, installs it in an empty folder, and puts the sources of `app/` there. */
export async function installApp(nest: NestMajor): Promise<InstalledApp> {
  const folder = await mkdtemp(join(tmpdir(), 'bounce-ws-app-'));
  const packed = await pack(folder);
  const dependencies = await Promise.all(
    DEPENDENCIES.map(async (name) => [name, await rangeOf(name, nest)]),
  );
  const manifest = {
    name: 'app',
    private: true,
    type: 'module',
    dependencies: { ...Object.fromEntries(dependencies), 'bounce-ws': `file:${packed.filename}` },
  };
  await writeFile(join(folder, 'package.json'), JSON.stringify(manifest));
  await writeFile(join(folder, 'tsconfig.json'), JSON.stringify(TSCONFIG));
  await mkdir(join(folder, 'src'));
  await cp(join(import.meta.dirname, 'app/src'), join(folder, 'src'), { recursive: true });
  await runCommand('npm', ['install', '--prefer-offline', '--no-audit', '--no-fund'], folder);
  return {
    folder,
    packed: packed.files.map(({ path }) => path),
    remove: () => rm(folder, { recursive: true }),
  };
}

interface Packed {
  readonly filename: string;
  readonly files: readonly { readonly path: string }[];
}

async function pack(destination: string): Promise<Packed> {
  const flags = ['--ignore-scripts', '--json', '--pack-destination', destination];
  const answer = JSON.parse(await runCommand('npm', ['pack', ...flags], ROOT)) as
    Packed[] | Record<string, Packed>;
  const [packed] = Object.values(answer);
  if (packed?.files.some(({ path }) => path === 'dist/index.js')) return packed;
  throw new Error('There is nothing to pack: run `npm run build` first');
}

/** The version that the repository is built with, or, for another Nest, the newest of that major. */
async function rangeOf(name: string, nest: NestMajor): Promise<string> {
  const built = await version(name);
  return name.startsWith('@nestjs/') && !built.startsWith(`${nest}.`) ? `^${nest}` : built;
}

async function version(name: string): Promise<string> {
  const manifest = await readFile(join(ROOT, 'node_modules', name, 'package.json'), 'utf8');
  return (JSON.parse(manifest) as { version: string }).version;
}
