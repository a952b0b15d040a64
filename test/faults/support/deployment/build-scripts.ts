import { resolve } from 'node:path';
import { runCommand } from '../../../support/run-command.js';

const ROOT = resolve(import.meta.dirname, '../../../..');
const CONFIG = 'test/faults/node/rolldown.config.js';

/** The path of a script that runs in a process of its own, compiled before any test file runs. */
export function builtScript(name: string): string {
  return resolve(ROOT, 'test/faults/node/dist/test/faults/node', name);
}

/** Compiles them, once for all files: one that did so again would do it under the feet of another. */
export default async function buildScripts(): Promise<void> {
  await runCommand('npx', ['--no-install', 'rolldown', '-c', CONFIG], ROOT);
}
