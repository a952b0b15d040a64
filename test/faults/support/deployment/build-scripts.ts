import { resolve } from 'node:path';
import { runCommand } from '../../../support/run-command.js';

const ROOT = resolve(import.meta.dirname, '../../../..');
const CONFIG = 'test/faults/node/rolldown.config.js';

let built: Promise<unknown> | undefined;

/** Compiles what runs in processes of its own, once. @returns the folder that `test/faults/node/dist` is in */
export async function buildScripts(): Promise<string> {
  built ??= runCommand('npx', ['--no-install', 'rolldown', '-c', CONFIG], ROOT);
  await built;
  return ROOT;
}
